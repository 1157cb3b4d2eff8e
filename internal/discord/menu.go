package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/command"
)

// The menus of a message. Their names are what people read in it.
const (
	menuWatch   = "Watch links"
	menuChanged = "What changed?"
)

// maxLinks is how many links of a message are looked at: each may take seconds, and an
// answer has ten cards at most.
const maxLinks = 5

// messageMenus are the commands that take a message instead of options.
func messageMenus() []slashCommand {
	kind := int(discordgo.MessageApplicationCommand)
	return []slashCommand{
		{Name: menuWatch, Type: kind, Contexts: []int{0}, Integration: []int{0}},
		{Name: menuChanged, Type: kind, Contexts: []int{0}, Integration: []int{0}},
	}
}

// isMenu reports whether an interaction is a message's menu.
func isMenu(i *discordgo.Interaction) bool {
	data, ok := i.Data.(discordgo.ApplicationCommandInteractionData)
	return ok && data.CommandType == discordgo.MessageApplicationCommand
}

// menu answers a message's menu: the command of its name for each link.
func (b *Bot) menu(ctx context.Context, c *call) {
	req, err := asker(c.i)
	if err != nil {
		c.answer(ctx, false, func(context.Context) answer { return text(notHere) })
		return
	}
	data, _ := c.i.Data.(discordgo.ApplicationCommandInteractionData)
	links := linksOf(c.target)
	c.answer(ctx, true, func(ctx context.Context) answer {
		switch {
		case len(links) == 0:
			return text("There is no link to an article in that message. `watch add` and `diff` take one as you type it.")
		case data.Name == menuWatch:
			return b.watchLinks(ctx, c.i, req, links)
		case data.Name == menuChanged:
			return b.changedLinks(ctx, c.i, req, links)
		default:
			return text("I don't know this menu any more.")
		}
	})
}

// watchLinks watches each link, as watch add does.
func (b *Bot) watchLinks(ctx context.Context, i *discordgo.Interaction, req command.Request, links []string) answer {
	if b.speaksHere(ctx, command.Request{Guild: req.Guild, Channel: req.Channel, Name: "watch add"}) {
		if lacks := b.missing(ctx, i); len(lacks) > 0 {
			return text(lacking("here", lacks))
		}
	}
	var all []answer
	for _, link := range links[:min(len(links), maxLinks)] {
		req.Name, req.Args = "watch add", map[string]string{"url": link}
		all = append(all, render(b.o.Router.Do(ctx, b.manager(ctx, i, req))))
	}
	return together(all, len(links)-len(all))
}

// changedLinks shows the latest change behind each link, as diff does.
func (b *Bot) changedLinks(ctx context.Context, i *discordgo.Interaction, req command.Request, links []string) answer {
	var all []answer
	for _, link := range links[:min(len(links), maxLinks)] {
		req.Name, req.Args = "diff", map[string]string{"article": link}
		all = append(all, b.do(ctx, b.manager(ctx, i, req)))
	}
	return together(all, len(links)-len(all))
}

// together makes one answer of several. left is how many links were not looked at.
func together(all []answer, left int) answer {
	if len(all) == 1 && left == 0 {
		return all[0]
	}
	var out answer
	var lines []string
	room := maxEmbeds
	for _, a := range all {
		if a.content != "" {
			lines = append(lines, a.content)
		}
		for _, e := range a.embeds {
			if n := embedUnits(e); n <= room {
				room -= n
				out.embeds = append(out.embeds, e)
			}
		}
	}
	if left > 0 {
		lines = append(lines, fmt.Sprintf("%d more in that message: at most %d links are looked at at once.", left, maxLinks))
	}
	for _, l := range lines {
		if Units(out.content)+Units(l)+2 <= maxContent {
			out.content = strings.TrimPrefix(out.content+"\n\n"+l, "\n\n")
		}
	}
	return out
}

// linkPattern finds addresses as people write them; what ends a sentence is taken off
// afterwards.
var linkPattern = regexp.MustCompile(`https?://[^\s<>"\x60|\\^{}]+`)

// written is as much of a message as has links.
type written struct {
	Content string `json:"content"`
	Embeds  []struct {
		URL         string `json:"url"`
		Description string `json:"description"`
	} `json:"embeds"`
	Components []part `json:"components"`
	// Forwarded holds what the message hands on of another.
	Forwarded []struct {
		Message json.RawMessage `json:"message"`
	} `json:"message_snapshots"`
}

// part is a component of a message: a text, a button with a link, or what holds others.
// Kinds that are not known are read by the same names.
type part struct {
	Content    string `json:"content"`
	URL        string `json:"url"`
	Components []part `json:"components"`
	Accessory  *part  `json:"accessory"`
}

// texts is all that stands in a message.
func (w *written) texts() []string {
	out := []string{w.Content}
	for _, e := range w.Embeds {
		out = append(out, e.URL, e.Description)
	}
	out = append(out, textsOf(w.Components)...)
	for _, f := range w.Forwarded {
		var of written
		if json.Unmarshal(f.Message, &of) == nil {
			of.Forwarded = nil // one is enough
			out = append(out, of.texts()...)
		}
	}
	return out
}

func textsOf(parts []part) (out []string) {
	for _, p := range parts {
		out = append(append(out, p.Content, p.URL), textsOf(p.Components)...)
		if p.Accessory != nil {
			out = append(out, textsOf([]part{*p.Accessory})...)
		}
	}
	return out
}

// linksOf lists the addresses of a message, in its order and each once, without those
// of Discord itself.
func linksOf(m *written) (out []string) {
	if m == nil {
		return nil
	}
	for _, found := range linkPattern.FindAllString(strings.Join(m.texts(), "\n"), -1) {
		link := trimLink(found)
		u, err := url.Parse(link)
		if err != nil || u.Host == "" || ofDiscord(u.Hostname()) || slices.Contains(out, link) {
			continue
		}
		out = append(out, link)
	}
	return out
}

// trimLink takes off what belongs to the sentence around an address: a bracket stays
// where it was opened within.
func trimLink(s string) string {
	for s != "" {
		last := s[len(s)-1]
		switch {
		case strings.IndexByte(".,;:!?'*_~]", last) >= 0,
			last == ')' && strings.Count(s, "(") < strings.Count(s, ")"):
			s = s[:len(s)-1]
		default:
			return s
		}
	}
	return s
}

// ofDiscord reports whether a host is one of Discord's.
func ofDiscord(host string) bool {
	for _, d := range []string{"discord.com", "discordapp.com", "discordapp.net", "discord.gg"} {
		if host == d || strings.HasSuffix(host, "."+d) {
			return true
		}
	}
	return false
}
