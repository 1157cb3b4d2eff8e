package discord

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/alert"
	"erratum/internal/report"
	"erratum/internal/summarize"
)

// message is Discord's Create Message with the two fields that the library lacks.
type message struct {
	*discordgo.MessageSend
	Nonce        string     `json:"nonce,omitempty"`
	EnforceNonce bool       `json:"enforce_nonce,omitempty"`
	Reference    *reference `json:"message_reference,omitempty"`

	overflow []byte // the file that goes along; nil: none
}

// reference names the message that one answers.
type reference struct {
	Message string `json:"message_id"`
	// Must says whether an answer to what is gone is refused; the library's field is
	// left out when it is false.
	Must bool `json:"fail_if_not_exists"`
}

// answer makes a message an answer to another. Nobody is called by that.
func (m *message) answer(to spot) { m.Reference = &reference{Message: to.message} }

// compose makes the message of a delivery.
func compose(d alert.Delivery) message {
	m := envelope(d)
	m.Content = notification(d)
	m.Embeds = []*discordgo.MessageEmbed{card(d.Notice)}
	m.Components = rows(alertButtons(d))
	m.overflow = overflow(d.Notice)
	return m
}

// bare is the message of a delivery whose words Discord refuses to carry: a link,
// and not a word of the article.
func bare(d alert.Delivery) message {
	m := envelope(d)
	m.Content = mention(d.Mention) + "A watched article changed. Discord refused the text of this alert; the buttons show it."
	m.Components = rows(alertButtons(d))
	return m
}

// envelope is what all messages of a delivery have: nobody is mentioned but the one
// role that was configured, and the delivery's ID makes a repetition harmless.
func envelope(d alert.Delivery) message {
	allowed := &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
	if isID(d.Mention) {
		allowed.Roles = []string{d.Mention}
	}
	return message{
		MessageSend: &discordgo.MessageSend{
			Embeds: []*discordgo.MessageEmbed{}, Components: []discordgo.MessageComponent{}, StickerIDs: []string{},
			AllowedMentions: allowed,
		},
		Nonce: d.ID, EnforceNonce: d.ID != "",
	}
}

func mention(role string) string {
	if !isID(role) {
		return ""
	}
	return "<@&" + role + "> "
}

// isID reports whether s can be one of Discord's IDs.
func isID(s string) bool {
	if len(s) < 1 || len(s) > 20 {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

// notification is the line that a phone shows: the headline and the top change.
func notification(d alert.Delivery) string {
	n := d.Notice
	head := EscapeTo(headline(n), maxHeadline)
	if top := topChange(n); top != "" {
		head += " — " + EscapeTo(top, maxTop+maxTop/2)
	}
	return mention(d.Mention) + head
}

func headline(n alert.Notice) string {
	for _, s := range []string{n.Subject.Headline, host(n.Subject.URL)} {
		if s = Plain(s); s != "" {
			return s
		}
	}
	switch n.Kind {
	case alert.Test:
		return "Test alert"
	case alert.Route:
		return "A channel I can't post in"
	case alert.Offline:
		return "No site can be reached"
	case alert.Online:
		return "Sites can be reached again"
	case alert.Slowed:
		return "Many alerts at once"
	}
	return "A watched article"
}

// topChange is what happened in at most maxTop characters.
func topChange(n alert.Notice) string {
	switch n.Kind {
	case alert.Change, alert.Reverted:
		if n.Report != nil {
			if top := summarize.Compose(n.Report).Headline(); top != "" {
				return PlainTo(top, maxTop)
			}
		}
	case alert.Digest:
		return ""
	case alert.Gone:
		return "removed"
	case alert.Returned:
		return "back again"
	case alert.Blind:
		return "can't be read"
	case alert.Recovered:
		return "can be read again"
	}
	for _, s := range []string{n.Text, n.Summary} {
		if line, _, _ := strings.Cut(s, "\n"); line != "" {
			return PlainTo(report.Unmark(line), maxTop)
		}
	}
	return ""
}

// card is the embed of a notice.
func card(n alert.Notice) *discordgo.MessageEmbed {
	e := &discordgo.MessageEmbed{
		Type:  discordgo.EmbedTypeRich,
		Title: EscapeTo(headline(n), maxTitle),
		Color: colour(n),
	}
	if u, ok := webURL(n.Subject.URL, maxEmbedURL); ok {
		e.URL = u
	}
	if site := firstOf(PlainTo(n.Subject.Site, maxAuthor), host(n.Subject.URL)); site != "" {
		e.Author = &discordgo.MessageEmbedAuthor{Name: site}
	}
	e.Description = body(n)
	return e
}

// body is what a notice says, and when.
func body(n alert.Notice) string {
	times := when(n)
	said := wording(n)
	if n.Kind == alert.Digest { // no alert: it is there to be read at length
		out, _ := markdown(said, maxDescription-Units(times)-1)
		return out + "\n" + times
	}
	out, _ := markdown(shorten(said, maxAlertText-Units(times)), maxAlert)
	if n.Kind == alert.Route && isID(n.Channel) {
		out = "<#" + n.Channel + ">: " + out // a link to the channel, which pings nobody
	}
	return strings.Trim(out+"\n"+times, "\n")
}

// wording is a notice's text, in CommonMark.
func wording(n alert.Notice) string { return strings.Trim(n.Text+"\n"+n.Summary, "\n") }

// shorten leaves out bullets, the last first, until what is shown has at most limit
// characters: an alert is to be read in one glance, and its button shows the rest.
func shorten(text string, limit int) string {
	lines := strings.Split(text, "\n")
	for i := len(lines) - 1; i > 0 && Units(report.Unmark(strings.Join(lines, "\n"))) > limit; i-- {
		if strings.HasPrefix(lines[i], "- ") {
			lines = slices.Delete(lines, i, i+1)
		}
	}
	return strings.Join(lines, "\n")
}

// when says between which moments the change lies, and how sure it is. The reader's
// Discord writes the times in the reader's zone.
func when(n alert.Notice) string {
	var parts []string
	switch {
	case !n.FromAt.IsZero() && !n.ToAt.IsZero():
		parts = append(parts, stamp(n.FromAt)+" → "+stamp(n.ToAt))
	case !n.ToAt.IsZero():
		parts = append(parts, stamp(n.ToAt))
	case !n.Since.IsZero():
		parts = append(parts, fmt.Sprintf("since <t:%d:f>", n.Since.Unix()))
	}
	switch {
	case n.Fetches == 2:
		parts = append(parts, "seen twice")
	case n.Fetches > 2:
		parts = append(parts, fmt.Sprintf("seen %d times", n.Fetches))
	}
	return strings.Join(parts, " · ")
}

func stamp(t time.Time) string { return fmt.Sprintf("<t:%d:R>", t.Unix()) }

// colour is a hint only: words carry the meaning.
func colour(n alert.Notice) int {
	const red, orange, blue, green, grey = 0xC0392B, 0xD9822B, 0x2E86C1, 0x2E8B57, 0x8A8F98
	switch n.Kind {
	case alert.Gone, alert.Blind, alert.Offline:
		return red
	case alert.Online, alert.Recovered, alert.Returned, alert.Acknowledged, alert.Test:
		return green
	}
	if n.Report != nil {
		switch n.Report.Severity {
		case report.Critical:
			return red
		case report.Major:
			return orange
		case report.Minor:
			return blue
		}
	}
	return grey
}

// alertButtons are the buttons under an alert. Each that we answer carries the
// delivery's ID.
func alertButtons(d alert.Delivery) []discordgo.MessageComponent {
	n := d.Notice
	id := func(v verb) string {
		b := button{verb: v, watch: d.Watch, delivery: d.ID}
		if v == verbDiff {
			b.from, b.to = n.From, n.To
		}
		return b.String()
	}
	var out []discordgo.MessageComponent
	add := func(v verb, label string) {
		out = append(out, discordgo.Button{Label: label, Style: discordgo.SecondaryButton, CustomID: id(v)})
	}
	switch {
	case n.Kind == alert.Route, n.Kind == alert.Offline, n.Kind == alert.Online, n.Kind == alert.Slowed, n.Subject.Feed != "":
		// No article's: its diff, its history and muting it would lead nowhere.
		add(verbTest, "OK") // it carries the delivery's ID
	case n.Kind == alert.Digest:
		add(verbPage, "What is watched")
	case n.Kind == alert.Test || d.Watch == "":
		add(verbTest, "Try this button")
	default:
		if n.From > 0 && n.To > 0 {
			add(verbDiff, "Full diff")
		}
		add(verbHistory, "History")
		add(verbMenu, "Mute")
	}
	return append(out, openButton(n)...)
}

// openButton links to the article, where it has an address that Discord takes.
func openButton(n alert.Notice) []discordgo.MessageComponent {
	u, ok := webURL(n.Subject.URL, maxLink)
	if !ok {
		return nil
	}
	label := "Open article"
	if n.Subject.Feed != "" {
		label = "Open feed"
	}
	return []discordgo.MessageComponent{discordgo.Button{Label: label, Style: discordgo.LinkButton, URL: u}}
}

// rows puts buttons into rows of five. It is never nil.
func rows(buttons []discordgo.MessageComponent) []discordgo.MessageComponent {
	out := []discordgo.MessageComponent{}
	for len(buttons) > 0 {
		n := min(5, len(buttons))
		out = append(out, discordgo.ActionsRow{Components: buttons[:n]})
		buttons = buttons[n:]
	}
	return out
}

// webURL lets only addresses of the web through, in ASCII.
func webURL(s string, limit int) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", false
	}
	out := u.String()
	for _, r := range out {
		if hidden(r) || r == ' ' {
			return "", false
		}
	}
	return out, Units(out) <= limit
}

// host is the site's name when it has no other.
func host(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return PlainTo(strings.TrimPrefix(u.Hostname(), "www."), maxAuthor)
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
