package discordtest

import (
	_ "embed"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed view.css
var viewCSS string

// View is a read-only page that shows channels about as a person sees them in Discord:
// / is the first channel, /channels/ID any. ?as=USER also shows what only that user
// sees. Menus can be opened, and all are with ?menus=open; nothing else on it can be
// pressed, nothing is loaded from elsewhere.
func (s *Server) View() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { s.show(w, "", r.URL.Query()) })
	mux.HandleFunc("GET /channels/{id}", func(w http.ResponseWriter, r *http.Request) { s.show(w, r.PathValue("id"), r.URL.Query()) })
	return mux
}

func (s *Server) show(w http.ResponseWriter, id string, query url.Values) {
	as := query.Get("as")
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[id]
	for _, g := range s.sortedGuilds() {
		if cs := s.sortedChannels(g.ID); id == "" && c == nil && len(cs) > 0 {
			c = cs[0]
		}
	}
	if c == nil || c.deleted {
		http.Error(w, "there is no such channel", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	p := &page{server: s, guild: c.guild, as: as, menus: query.Get("menus") == "open"}
	p.open(c)
	for _, m := range c.messages {
		if !m.Deleted && (m.Flags&Ephemeral == 0 || m.Viewer == as) {
			p.message(m)
		}
	}
	p.add("</ol></main></div></body></html>\n")
	_, _ = w.Write([]byte(p.b.String())) // a reader who has gone needs no page
}

// page writes HTML; everything from outside goes through text.
type page struct {
	server *Server
	guild  string
	as     string // the user who looks
	menus  bool   // are open
	b      strings.Builder
}

func (p *page) add(format string, args ...any) { fmt.Fprintf(&p.b, format, args...) }

func (p *page) text(s string) { p.b.WriteString(html.EscapeString(s)) }

func (p *page) open(c *channelState) {
	name, list := "Direct message", []*channelState{c}
	if g := p.server.guilds[c.guild]; g != nil {
		name, list = g.Name, p.server.sortedChannels(g.ID)
	}
	p.add("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>#%s – %s</title><style>%s</style></head><body><div class=\"app\"><nav><h1>%s</h1>",
		html.EscapeString(c.Name), html.EscapeString(name), viewCSS, html.EscapeString(name))
	as := ""
	if p.as != "" {
		as = "?as=" + url.QueryEscape(p.as)
	}
	for _, x := range list {
		here := ""
		if x == c {
			here = " class=\"here\""
		}
		p.add("<a%s href=\"/channels/%s%s\">%s</a>", here, x.ID, as, html.EscapeString(x.Name))
	}
	p.add("</nav><main><header>%s</header><ol>", html.EscapeString(c.Name))
}

func (p *page) message(m *Message) {
	class, avatar := "message", "avatar"
	if m.Flags&Ephemeral != 0 {
		class += " ephemeral"
	}
	if !m.Author.Bot {
		avatar += " person"
	}
	p.add("<li class=\"%s\" id=\"m%s\">", class, m.ID)
	p.asked(m)
	p.add("<span class=\"%s\">%s</span>", avatar, html.EscapeString(initial(m.Author.Name)))
	p.add("<div><span class=\"who\">%s</span>", html.EscapeString(m.Author.Name))
	if m.Author.Bot {
		p.add("<span class=\"tag\">APP</span>")
	}
	p.add("<span class=\"when\">%s</span></div>", m.Sent.UTC().Format("02/01/2006 15:04"))
	if m.Pending {
		p.add("<p class=\"content\"><i>%s is thinking…</i></p>", html.EscapeString(m.Author.Name))
	}
	p.content(m)
	if m.Flags&SuppressEmbeds == 0 {
		for _, e := range m.Embeds {
			p.embed(e)
		}
	}
	for _, a := range m.Attachments {
		p.file(a)
	}
	p.components(m.Components)
	if m.Flags&Ephemeral != 0 {
		p.add("<p class=\"note\">Only you can see this</p>")
	}
	p.add("</li>\n")
}

// asked is the line above an answer: who used which command.
func (p *page) asked(m *Message) {
	i := p.server.interactions[m.Interaction]
	if i == nil || i.in.Command == "" {
		return
	}
	words := "/" + i.in.Command
	for _, o := range i.in.Options {
		words += fmt.Sprintf(" %s:%v", o.Name, o.Value)
	}
	p.add("<p class=\"asked\">%s used <b>%s</b></p>", html.EscapeString(i.in.User.Name), html.EscapeString(words))
}

func initial(name string) string {
	for _, r := range name {
		return strings.ToUpper(string(r))
	}
	return "?"
}

func (p *page) content(m *Message) {
	if m.Content == "" {
		return
	}
	p.add("<div class=\"content\">")
	p.nodes(Markdown(m.Content))
	if !m.Edited.IsZero() {
		p.add("<span class=\"edited\">(edited)</span>")
	}
	p.add("</div>")
}

func (p *page) embed(e Embed) {
	p.add("<div class=\"embed\" style=\"border-left-color:#%06x\">", e.Color)
	if e.Author != nil {
		p.add("<div class=\"author\">%s</div>", html.EscapeString(e.Author.Name))
	}
	if e.Title != "" {
		p.add("<div class=\"title\">")
		if e.URL != "" {
			p.add("<a href=\"%s\" rel=\"noreferrer\">", html.EscapeString(e.URL))
		}
		p.nodes(Markdown(e.Title))
		if e.URL != "" {
			p.add("</a>")
		}
		p.add("</div>")
	}
	if e.Description != "" {
		p.add("<div class=\"content\">")
		p.nodes(Markdown(e.Description))
		p.add("</div>")
	}
	p.fields(e.Fields)
	p.footer(e)
	p.add("</div>")
}

func (p *page) fields(fs []EmbedField) {
	if len(fs) == 0 {
		return
	}
	p.add("<div class=\"fields\">")
	for _, f := range fs {
		class := "field"
		if f.Inline {
			class += " inline"
		}
		p.add("<div class=\"%s\"><b>", class)
		p.nodes(Markdown(f.Name))
		p.add("</b><div class=\"content\">")
		p.nodes(Markdown(f.Value))
		p.add("</div></div>")
	}
	p.add("</div>")
}

func (p *page) footer(e Embed) {
	var parts []string
	if e.Footer != nil {
		parts = append(parts, e.Footer.Text)
	}
	if at, err := time.Parse(time.RFC3339, e.Timestamp); err == nil {
		parts = append(parts, at.UTC().Format("02/01/2006 15:04"))
	}
	if len(parts) > 0 {
		p.add("<div class=\"footer\">%s</div>", html.EscapeString(strings.Join(parts, " • ")))
	}
}

func (p *page) file(a Attachment) {
	p.add("<div class=\"file\">%s <span class=\"size\">%d bytes</span></div>", html.EscapeString(a.Filename), a.Size)
	if strings.HasPrefix(a.ContentType, "text/") || strings.HasSuffix(a.Filename, ".diff") || strings.HasSuffix(a.Filename, ".txt") {
		lang := strings.TrimPrefix(a.Filename[strings.LastIndexByte(a.Filename, '.')+1:], ".")
		lines := strings.SplitN(strings.ToValidUTF8(string(a.Data), "\uFFFD"), "\n", 7)
		p.fence(Node{Lang: lang, Text: strings.Join(lines[:min(6, len(lines))], "\n")})
	}
}

func (p *page) components(cs []Component) {
	for _, c := range cs {
		switch {
		case c.Type == ActionRow:
			p.add("<div class=\"row\">")
			p.components(c.Components)
			p.add("</div>")
		case c.Type == ButtonType:
			off := ""
			if c.Disabled {
				off = " off"
			}
			emoji, _ := c.Emoji["name"].(string)
			p.add("<span class=\"button s%d%s\">%s</span>", c.Style, off, html.EscapeString(strings.TrimSpace(emoji+" "+c.Label)))
		case c.Type == StringSelect || c.Type >= UserSelect && c.Type <= ChannelPick:
			p.menu(c)
		case c.Type == TextDisplay:
			p.add("<div class=\"content\">")
			p.nodes(Markdown(c.Content))
			p.add("</div>")
		default:
			p.components(c.Components)
		}
	}
}

func (p *page) menu(c Component) {
	label := c.Placeholder
	if label == "" {
		label = "Make a selection"
	}
	if i := slices.IndexFunc(c.Options, func(o SelectOption) bool { return o.Default }); i >= 0 {
		label = c.Options[i].Label
	}
	open := ""
	if p.menus {
		open = " open"
	}
	p.add("<details class=\"menu\"%s><summary>%s</summary><ul>", open, html.EscapeString(label))
	for _, o := range c.Options {
		emoji, _ := o.Emoji["name"].(string)
		p.add("<li>%s", html.EscapeString(strings.TrimSpace(emoji+" "+o.Label)))
		if o.Description != "" {
			p.add("<small>%s</small>", html.EscapeString(o.Description))
		}
		p.add("</li>")
	}
	p.add("</ul></details>")
}

// tags are what formats become.
var tags = map[string][2]string{
	BoldNode: {"<strong>", "</strong>"}, ItalicNode: {"<em>", "</em>"}, UnderlineNode: {"<u>", "</u>"}, StrikeNode: {"<s>", "</s>"},
	SpoilerNode: {"<span class=\"spoiler\">", "</span>"}, QuoteNode: {"<blockquote>", "</blockquote>"},
}

var headings = map[string]string{"1": "h2", "2": "h3", "3": "h4", "small": "small"}

func (p *page) nodes(ns []Node) {
	for _, n := range ns {
		switch n.Kind {
		case TextNode, EmojiNode:
			p.text(n.Text)
		case BreakNode:
			p.add("\n")
		case CodeNode:
			p.add("<code>%s</code>", html.EscapeString(n.Text))
		case FenceNode:
			p.fence(n)
		case HeadingNode:
			p.add("<%s>", headings[n.Text])
			p.nodes(n.Nodes)
			p.add("</%s>", headings[n.Text])
		case ItemNode:
			p.add("<span class=\"item\"><i>%s</i> ", html.EscapeString(n.Text))
			p.nodes(n.Nodes)
			p.add("</span>")
		case LinkNode:
			p.add("<a href=\"%s\" rel=\"noreferrer\">", html.EscapeString(n.URL))
			p.nodes(n.Nodes)
			p.add("</a>")
		case MentionNode:
			p.add("<span class=\"mention\">%s</span>", html.EscapeString(p.named(n.Text)))
		case TimeNode:
			p.add("<span class=\"time\">%s</span>", html.EscapeString(p.moment(n.Text)))
		default:
			p.add("%s", tags[n.Kind][0])
			p.nodes(n.Nodes)
			p.add("%s", tags[n.Kind][1])
		}
	}
}

// fence colours the lines of a diff by their signs.
func (p *page) fence(n Node) {
	p.add("<pre>")
	for line := range strings.Lines(n.Text) {
		switch {
		case n.Lang == "diff" && strings.HasPrefix(line, "+"):
			p.add("<span class=\"plus\">%s</span>", html.EscapeString(line))
		case n.Lang == "diff" && strings.HasPrefix(line, "-"):
			p.add("<span class=\"minus\">%s</span>", html.EscapeString(line))
		default:
			p.text(line)
		}
	}
	p.add("</pre>")
}

// named is a mention with the name of what it names.
func (p *page) named(mention string) string {
	in := strings.Trim(mention, "<>")
	id := strings.TrimLeft(in, "@!&#")
	switch {
	case strings.HasPrefix(in, "#"):
		if c := p.server.channels[id]; c != nil {
			return "#" + c.Name
		}
		return "#unknown"
	case strings.HasPrefix(in, "@&"):
		if g := p.server.guilds[p.guild]; g != nil {
			for _, r := range g.Roles {
				if r.ID == id {
					return "@" + r.Name
				}
			}
		}
		return "@unknown-role"
	case strings.HasPrefix(in, "@") && snowflake(id):
		if u, known := p.server.users[id]; known {
			return "@" + u.Name
		}
		return "@unknown-user"
	case strings.HasPrefix(in, "/"):
		name, _, _ := strings.Cut(in, ":")
		return name
	}
	return in
}

// moment is <t:seconds:style> in words, by the server's clock.
func (p *page) moment(s string) string {
	value, style, _ := strings.Cut(strings.TrimPrefix(strings.Trim(s, "<>"), "t:"), ":")
	sec, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return s
	}
	at := time.Unix(sec, 0).UTC()
	layouts := map[string]string{"t": "15:04", "T": "15:04:05", "d": "02/01/2006", "D": "2 January 2006", "F": "Monday, 2 January 2006 15:04", "s": "02/01/2006, 15:04", "S": "02/01/2006, 15:04:05"}
	if style == "R" {
		return ago(p.server.opt.Now().Sub(at))
	}
	layout, known := layouts[style]
	if !known {
		layout = "2 January 2006 15:04"
	}
	return at.Format(layout)
}

func ago(d time.Duration) string {
	before, after := "", " ago"
	if d < 0 {
		before, after, d = "in ", "", -d
	}
	units := []struct {
		name string
		d    time.Duration
	}{{"year", 365 * 24 * time.Hour}, {"month", 30 * 24 * time.Hour}, {"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}}
	for _, u := range units {
		if n := int(d / u.d); n == 1 {
			return before + "a " + u.name + after
		} else if n > 1 {
			return before + strconv.Itoa(n) + " " + u.name + "s" + after
		}
	}
	return "now"
}
