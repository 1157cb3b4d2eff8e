package quality

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// WriteTable writes figures with floor and goal, a row a part, and marks those below
// their floor.
func WriteTable(w io.Writer, rows []Row) error {
	var b strings.Builder
	line := func(what, figure, shown, floor, goal, mark string) {
		text := pad(what, 68) + pad(figure, 7) + pad(shown, 38) + pad(floor, 7) + pad(goal, 7) + mark
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	line("what", "figure", "", "floor", "goal", "")
	for _, r := range rows {
		for _, f := range r.Figures {
			mark := ""
			if f.Below() {
				mark = "BELOW"
				if f.AtMost {
					mark = "ABOVE"
				}
			}
			line(f.What, f.number(f.Value), f.Shown, f.bound(f.Floor), f.bound(f.Goal), mark)
		}
	}
	b.WriteString("Not measured here: edits planted in whole pages (make realpages).\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// number writes a share with three digits and a count as it is.
func (f Figure) number(v float64) string {
	if f.AtMost {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// bound writes a floor or goal; nothing for a figure that has none.
func (f Figure) bound(v float64) string {
	switch {
	case f.AtMost:
		return "≤ " + f.number(v)
	case f.Floor == 0:
		return ""
	}
	return f.number(v)
}

func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(1, n-utf8.RuneCountInString(s)))
}

// WriteMisses writes what breaks a row's figures down and its n worst misses.
func WriteMisses(w io.Writer, r Row, n int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n# %s\n", r.Name)
	for _, d := range r.Details {
		fmt.Fprintln(&b, d)
	}
	worst := r.Worst(n)
	if len(worst) > 0 {
		fmt.Fprintf(&b, "%d of %d misses:\n", len(worst), len(r.Misses))
	}
	for _, m := range worst {
		fmt.Fprintf(&b, "- [%s] %s\n", m.Group, strings.ReplaceAll(m.Text, "\n", "\n    "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
