package month

import (
	"embed"
	"fmt"
	"html"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed layouts/*.html
var layoutFiles embed.FS

// layout is how an outlet builds its pages.
type layout struct {
	name    string
	para    [2]string      // around each paragraph
	note    [2]string      // around each note
	inserts map[int]string // boxes that stand behind a paragraph, by its number
	pieces  []string       // what is written as it is, and by turns the name of a slot
}

// readLayouts reads the layouts, in the order of their names.
func readLayouts() ([]*layout, error) {
	names, err := fs.Glob(layoutFiles, "layouts/*.html")
	if err != nil {
		return nil, fmt.Errorf("month: layouts: %w", err)
	}
	var out []*layout
	for _, name := range names {
		raw, err := layoutFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("month: layouts: %w", err)
		}
		out = append(out, parseLayout(strings.TrimSuffix(path.Base(name), ".html"), string(raw)))
	}
	return out, nil
}

func parseLayout(name, raw string) *layout {
	l := &layout{name: name, inserts: map[int]string{}}
	head, page, _ := strings.Cut(raw, "\n\n")
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		open, end, _ := strings.Cut(value, "|")
		switch key {
		case "para":
			l.para = [2]string{open, end}
		case "note":
			l.note = [2]string{open, end}
		case "insert":
			for _, pair := range strings.Fields(value) {
				at, box, _ := strings.Cut(pair, "=")
				n, _ := strconv.Atoi(at)
				l.inserts[n] = box
			}
		}
	}
	for {
		before, rest, ok := strings.Cut(page, "[[")
		l.pieces = append(l.pieces, before)
		if !ok {
			return l
		}
		slot, after, _ := strings.Cut(rest, "]]")
		l.pieces = append(l.pieces, slot)
		page = after
	}
}

// write fills the layout's slots.
func (l *layout) write(fill func(slot string) string) []byte {
	var b strings.Builder
	b.Grow(16 << 10)
	for i, piece := range l.pieces {
		if i%2 == 1 {
			piece = fill(piece)
		}
		b.WriteString(piece)
	}
	return []byte(b.String())
}

// body sets the paragraphs, boxes between them.
func (l *layout) body(paras []string, markup int, box func(string) string) string {
	var b strings.Builder
	open, end := l.para[0], l.para[1]
	if markup%2 == 1 {
		open, end = open+`<span class="v2">`, "</span>"+end
	}
	for i, p := range paras {
		b.WriteString(open + html.EscapeString(p) + end + "\n")
		if name := l.inserts[i+1]; name != "" {
			b.WriteString(box(name) + "\n")
		}
	}
	return b.String()
}

// notes sets the notes that stand above the text, or below it.
func (l *layout) notes(list []note, above bool) string {
	var b strings.Builder
	for _, n := range list {
		if n.above == above {
			b.WriteString(l.note[0] + html.EscapeString(n.text) + l.note[1] + "\n")
		}
	}
	return b.String()
}
