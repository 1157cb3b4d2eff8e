package discord

import (
	"bytes"
	"strings"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/command"
	"erratum/internal/report"
)

// answer is what an interaction gets back.
type answer struct {
	content string
	embeds  []*discordgo.MessageEmbed
	buttons []discordgo.MessageComponent
	menus   []selectMenu
	file    *discordgo.File
	size    int
	refused bool // nothing was done: only who asked hears why
}

// text makes an answer of CommonMark.
func text(s string) answer {
	out, _ := markdown(s, maxContent)
	return answer{content: out}
}

// render makes a command's reply an answer within Discord's limits. What does not
// fit is attached in full.
func render(r command.Reply) answer {
	a := answer{refused: r.Refused}
	left := maxEmbeds
	embed := func(e *discordgo.MessageEmbed) {
		left -= embedUnits(e)
		a.embeds = append(a.embeds, e)
	}
	if r.Notice != nil && r.Pre == "" {
		embed(card(*r.Notice))
		a.buttons = openButton(*r.Notice)
	}
	if r.Title != "" || r.Text != "" {
		title := EscapeTo(r.Title, maxTitle)
		body, cut := markdown(r.Text, min(maxDescription, left-Units(title)))
		if cut {
			a.attach("reply.txt", []byte(plainLines(r)))
		}
		if title == "" && !cut && Units(body) <= maxContent && r.Notice == nil {
			a.content = body
		} else if title != "" || body != "" {
			embed(&discordgo.MessageEmbed{Type: discordgo.EmbedTypeRich, Title: title, Description: body, Color: 0x8A8F98})
		}
	}
	if r.Pre != "" {
		a.pre(r.Pre)
	}
	if r.File != nil {
		a.attach(r.File.Name, r.File.Data)
	}
	a.offer(r)
	if strings.TrimSpace(a.content) == "" && len(a.embeds) == 0 && a.file == nil {
		a.content = "Done."
	}
	return a
}

// offer adds the buttons and menus of what a reply offers.
func (a *answer) offer(r command.Reply) {
	for _, next := range r.Next {
		if b, ok := actionButton(next); ok {
			a.buttons = append(a.buttons, b)
		}
	}
	for i, p := range r.Picks {
		if m, ok := menuOf(p, i); ok {
			a.menus = append(a.menus, m)
		}
	}
}

// components are an answer's buttons in rows, and its menus in one each.
func (a answer) components() []discordgo.MessageComponent {
	out := rows(a.buttons)
	for _, m := range a.menus {
		out = append(out, discordgo.ActionsRow{Components: []discordgo.MessageComponent{m}})
	}
	return out[:min(len(out), maxRows)]
}

// preLines is how many lines a message shows letter by letter before it becomes a
// file.
const preLines = 25

// pre shows text letter by letter: in the message if it is short, else as a file.
func (a *answer) pre(s string) {
	block := fence(s)
	if Units(block)+Units(a.content)+1 <= maxContent && strings.Count(block, "\n") <= preLines {
		a.content = strings.TrimPrefix(a.content+"\n"+block, "\n")
		return
	}
	name := "text.txt"
	if strings.Contains(s, "[-") || strings.Contains(s, "{+") {
		name = "changes.diff"
	}
	a.attach(name, []byte(preformatted(s)+"\n"))
}

// attach adds the first file; there is never need for a second.
func (a *answer) attach(name string, data []byte) {
	if a.file != nil {
		return
	}
	data = bytes.ToValidUTF8(data[:min(len(data), maxFile)], []byte("\uFFFD"))
	a.file = &discordgo.File{Name: fileName(name), ContentType: "text/plain; charset=utf-8", Reader: bytes.NewReader(data)}
	a.size = len(data)
}

// fileName keeps what is safe in a name everywhere.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		default:
			return '-'
		}
	}, s)
	s = strings.TrimLeft(s[max(0, len(s)-60):], ".-")
	return firstOf(s, "file.txt")
}

// plainLines is a reply's text as a file.
func plainLines(r command.Reply) string {
	return strings.TrimSpace(Plain(r.Title)+"\n\n"+preformatted(report.Unmark(r.Text))) + "\n"
}

// data is the answer as the interaction's first response.
func (a answer) data(flags discordgo.MessageFlags) *discordgo.InteractionResponseData {
	return &discordgo.InteractionResponseData{
		Content: a.content, Embeds: nonNil(a.embeds), Components: a.components(), Files: a.files(),
		AllowedMentions: nobody(), Flags: flags,
	}
}

// edit is the answer in place of "thinking…".
func (a answer) edit() *discordgo.WebhookEdit {
	embeds, components := nonNil(a.embeds), a.components()
	return &discordgo.WebhookEdit{
		Content: &a.content, Embeds: &embeds, Components: &components, Files: a.files(), AllowedMentions: nobody(),
	}
}

// files is the attachment from its beginning: a request may be repeated.
func (a answer) files() []*discordgo.File {
	if a.file == nil {
		return nil
	}
	if r, ok := a.file.Reader.(*bytes.Reader); ok {
		_, _ = r.Seek(0, 0) // a reader of memory can't fail to
	}
	return []*discordgo.File{a.file}
}

// nobody lets no mention through.
func nobody() *discordgo.MessageAllowedMentions {
	return &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func embedUnits(e *discordgo.MessageEmbed) int {
	n := Units(e.Title) + Units(e.Description)
	if e.Author != nil {
		n += Units(e.Author.Name)
	}
	return n
}
