package quality

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Row is what was measured of one part of the program.
type Row struct {
	Name    string // what --row selects
	Figures []Figure
	Details []string // lines that break the figures down
	Misses  []Miss
}

// Figure is a measured number beside what it should be.
type Figure struct {
	What        string
	Value       float64
	Shown       string  // the value in words where the bare number says less
	Floor, Goal float64 // the least to ship, and what is aimed at; both 0: for information
	AtMost      bool    // floor and goal are the most that is allowed
}

// Below reports whether the figure misses its floor.
func (f Figure) Below() bool {
	switch {
	case f.AtMost:
		return f.Value > f.Floor
	case f.Floor == 0:
		return false
	}
	return f.Value < f.Floor
}

// shareFigure is a figure that is a share.
func shareFigure(what string, s Share, floor, goal float64) Figure {
	return Figure{What: what, Value: s.Value(), Shown: fmt.Sprintf("%d/%d", s.Right, s.Of), Floor: floor, Goal: goal}
}

// Miss is one thing that was not as it should be.
type Miss struct {
	Group   string  // misses of a group go wrong alike
	Gravity float64 // worse is higher, among those of its group
	Text    string  // what is needed to understand it
}

// Worst returns the n worst misses, taking the groups in turn, so that one frequent
// group does not hide the others.
func (r *Row) Worst(n int) []Miss {
	misses := slices.Clone(r.Misses)
	slices.SortStableFunc(misses, func(a, b Miss) int { return cmp.Compare(b.Gravity, a.Gravity) })
	var groups []string
	seen := map[string]int{}
	turn := make([]int, len(misses))
	for i, m := range misses {
		if seen[m.Group] == 0 {
			groups = append(groups, m.Group)
		}
		turn[i] = seen[m.Group]
		seen[m.Group]++
	}
	order := make([]int, len(misses))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(turn[a], turn[b]) })
	order = order[:min(n, len(order))]
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(slices.Index(groups, misses[a].Group), slices.Index(groups, misses[b].Group))
	})
	out := make([]Miss, len(order))
	for k, i := range order {
		out[k] = misses[i]
	}
	return out
}

// measurement is how one part is measured. rows are few, so that what two of them
// share (the pairs, the true texts) is simply read twice.
type measurement struct {
	name    string
	measure func(ctx context.Context, d *Data, out *Predictions) (Row, error)
}

// measurements are in the order in which they are printed.
var measurements = [...]measurement{
	{"text", measureText},
	{"unseen", measureUnseen},
	{"metadata", measureMetadata},
	{"modified", measureModified},
	{"recall", measureRecall},
	{"walls", measureWalls},
	{"pairs", measurePairs},
	{"notes", measureNotes},
	{"revisions", measureRevisions},
	{"summaries", measureSummaries},
	{"silence", measureSilence},
	{"planted", measurePlanted},
	{"golden", measureGolden},
}

// Names are the names of all rows.
func Names() []string {
	out := make([]string, len(measurements))
	for i, m := range measurements {
		out[i] = m.name
	}
	return out
}

// Measure measures the named rows, all when none is named. What the program answered
// is written to out, which may be nil.
func Measure(ctx context.Context, d *Data, names []string, out *Predictions) ([]Row, error) {
	for _, n := range names {
		if !slices.Contains(Names(), n) {
			return nil, fmt.Errorf("there is no row %q; use %s", n, strings.Join(Names(), ", "))
		}
	}
	var rows []Row
	for _, m := range measurements {
		if len(names) > 0 && !slices.Contains(names, m.name) {
			continue
		}
		row, err := m.measure(ctx, d, out)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		row.Name = m.name
		rows = append(rows, row)
	}
	return rows, ctx.Err()
}

// tallies counts shares by name.
type tallies map[string]*Share

func (t tallies) count(name string, right bool) {
	if t[name] == nil {
		t[name] = &Share{}
	}
	t[name].count(right)
}

// line writes the shares as counts, the names in alphabetical order.
func (t tallies) line(what string) string {
	return t.write(what, func(s *Share) string { return fmt.Sprintf("%d/%d", s.Right, s.Of) })
}

// values writes the shares as numbers from 0 to 1.
func (t tallies) values(what string) string {
	return t.write(what, func(s *Share) string { return fmt.Sprintf("%.3f", s.Value()) })
}

func (t tallies) write(what string, show func(*Share) string) string {
	names := slices.Sorted(maps.Keys(t))
	for i, n := range names {
		names[i] = n + " " + show(t[n])
	}
	return what + ": " + strings.Join(names, ", ")
}
