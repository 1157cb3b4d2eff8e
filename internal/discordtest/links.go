package discordtest

import "strings"

// walk visits all nodes.
func walk(nodes []Node, visit func(Node)) {
	for _, n := range nodes {
		visit(n)
		walk(n.Nodes, visit)
	}
}

// Plain is the text that a reader sees of nodes.
func Plain(nodes []Node) string {
	var b strings.Builder
	walk(nodes, func(n Node) {
		switch n.Kind {
		case BreakNode:
			b.WriteByte('\n')
		case TextNode, CodeNode, FenceNode, MentionNode, TimeNode, EmojiNode:
			b.WriteString(n.Text)
		}
	})
	return b.String()
}

// marked lists the texts of a message that are read as Markdown.
func (m Message) marked() []string {
	out := []string{m.Content, displayed(m.Components)}
	for _, e := range m.Embeds {
		out = append(out, e.Title, e.Description)
		for _, f := range e.Fields {
			out = append(out, f.Name, f.Value)
		}
	}
	return out
}

// Links are all the addresses a reader can follow from a message, in its order: in
// texts, of embeds and of buttons.
func (m Message) Links() []string {
	var out []string
	add := func(url string) {
		if url != "" {
			out = append(out, url)
		}
	}
	for _, e := range m.Embeds {
		add(e.URL)
		if e.Author != nil {
			add(e.Author.URL)
		}
	}
	for _, t := range m.marked() {
		walk(Markdown(t), func(n Node) { add(n.URL) })
	}
	m.Find(func(c Component) bool { add(c.URL); return false })
	return out
}

// Formats are the kinds of nodes in the texts of a message, in order of appearance and
// once each, without plain text and line ends.
func (m Message) Formats() []string {
	var out []string
	seen := map[string]bool{TextNode: true, BreakNode: true}
	for _, t := range m.marked() {
		walk(Markdown(t), func(n Node) {
			if !seen[n.Kind] {
				seen[n.Kind] = true
				out = append(out, n.Kind)
			}
		})
	}
	return out
}
