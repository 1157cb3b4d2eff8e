package mute

import (
	"slices"
	"time"
)

// Reason says why a block is muted.
type Reason string

// The reasons.
const (
	Counter Reason = "counter" // it says nothing but what a machine counts, or the time
	Turns   Reason = "turns"   // it takes turns between forms that it had before
	Racing  Reason = "racing"  // it never shows the same twice
	Ignored Reason = "ignored" // nobody who watches wants to hear of it
	// It stands on other articles of the host, too, or did in other words.
	Furniture Reason = "furniture"
	Reworded  Reason = "reworded"
)

// Words says for people what a block of this reason does, as in "a block that …".
func (r Reason) Words() string {
	switch r {
	case Counter:
		return "counts or tells the time"
	case Turns:
		return "takes turns between the same texts"
	case Ignored:
		return "is ignored"
	case Furniture:
		return "stands on other articles of the site, too"
	case Reworded:
		return "stands on other articles of the site in other words"
	default:
		return "is another at every look"
	}
}

// Ends reports whether a block is muted only for a while: as long as it is restless, or
// until it shows that it is of this article alone.
func (r Reason) Ends() bool { return r == Turns || r == Racing || r == Reworded }

// Mute is a block that is muted, and why.
type Mute struct {
	ID     Key
	Reason Reason
	Text   string    // its beginning
	Since  time.Time // zero: always
	Last   time.Time // when the block was last seen to change; zero: not known
}

// Why returns why an edit is muted. ok is false when it is not: a form that is new and
// lasts never is, whatever the block did before.
func (u Unrest) Why(e Edit) (m Mute, ok bool) {
	if e.note || e.line != "" {
		return Mute{}, false
	}
	if id, ok := counted(e); ok {
		return Mute{ID: id, Reason: Counter, Text: sample(firstOf(e.After, e.Before))}, true
	}
	for i := range u.Blocks {
		b := &u.Blocks[i]
		if !b.is(e) {
			continue
		}
		m = Mute{ID: b.ID, Text: b.Text}
		switch {
		case b.replaced(e):
			return Mute{}, false
		case b.turns(e):
			m.Reason, m.Since = Turns, b.Rotate
		case b.races(e):
			m.Reason, m.Since = Racing, b.Racing
		default:
			return Mute{}, false
		}
		return m, true
	}
	return Mute{}, false
}

// Shows reports whether the page showed the form that an edit brings, when it was
// looked at last, of a block that takes turns.
func (u Unrest) Shows(e Edit) bool {
	return slices.ContainsFunc(u.Blocks, func(b Block) bool { return b.is(e) && b.form().Key == e.New && b.turns(e) })
}

// counted reports whether an edit is of a counter or clock: the same on both sides, or
// one that came or went.
func counted(e Edit) (Key, bool) {
	before, ok := counter(firstOf(e.Before, e.After), e.lang)
	if !ok {
		return "", false
	}
	after, ok := counter(firstOf(e.After, e.Before), e.lang)
	return after, ok && before == after
}

// turns reports whether an edit only brings a block that takes turns to a form that it
// had before, and that one has not come to stay.
func (b *Block) turns(e Edit) bool {
	i := slices.IndexFunc(b.Forms, func(f Form) bool { return f.Key == e.New })
	if b.Rotate.IsZero() || !b.has(e.Old) || i < 0 || !b.Forms[i].Again {
		return false
	}
	rest := restFor
	if e.Replaces() {
		rest = restOther
	}
	f := b.form()
	return f.Key != e.New || f.Looks < restLooks || f.Seen.Sub(f.Since) < rest
}

// Replaced returns how many looks showed the form that an edit brings if it took the place
// of the one before it, although others come in between: none showed the former since it
// first came. It is 0 for any other edit.
func (u Unrest) Replaced(e Edit) int {
	for i := range u.Blocks {
		if b := &u.Blocks[i]; b.replaced(e) {
			return b.seen(e.New).Times
		}
	}
	return 0
}

func (b *Block) replaced(e Edit) bool {
	old, now := b.seen(e.Old), b.seen(e.New)
	return !e.note && old != nil && now != nil && !e.Replaces() &&
		now.Times >= replacedBy && now.Seen.Sub(now.First) >= restFor && old.Seen.Before(now.First)
}

// races reports whether an edit brings a block that never shows the same twice to a
// form that did not last.
func (b *Block) races(e Edit) bool {
	if b.Racing.IsZero() {
		return false
	}
	i := slices.IndexFunc(b.Forms, func(f Form) bool { return f.Key == e.New })
	return i >= 0 && !b.Forms[i].Lasted
}

// Muted lists what is known to be volatile, whatever form it has now, the longest known
// first.
func (u Unrest) Muted() []Mute {
	var out []Mute
	for _, b := range u.Blocks {
		switch {
		case !b.Rotate.IsZero():
			out = append(out, Mute{ID: b.ID, Reason: Turns, Text: b.Text, Since: b.Rotate, Last: b.Last})
		case !b.Racing.IsZero():
			out = append(out, Mute{ID: b.ID, Reason: Racing, Text: b.Text, Since: b.Racing, Last: b.Last})
		case b.Counts != "":
			out = append(out, Mute{ID: b.Counts, Reason: Counter, Text: b.Text, Since: b.Since, Last: b.Last})
		}
	}
	slices.SortStableFunc(out, func(a, b Mute) int { return a.Since.Compare(b.Since) })
	return out
}
