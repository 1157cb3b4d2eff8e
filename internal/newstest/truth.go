package newstest

import (
	"slices"
	"strings"
)

// The kinds of notices, in the words of the program.
const (
	NoticeChange       = "change"
	NoticeGone         = "gone"
	NoticeReturned     = "returned"
	NoticeBlind        = "blind"
	NoticeRecovered    = "recovered"
	NoticeAcknowledged = "acknowledged"
)

// Fact is one thing of a change that a reader is to be told.
type Fact struct {
	// Kinds are the kinds of change, in the words of the JSON form, of which one at
	// least must be told; Also are kinds that may be told besides, since one edit can
	// rightly be seen in more than one way ("a source was added" is also a new name).
	Kinds, Also []string
	// Before and After are words of the old and of the new page, letter by letter.
	// One of them is empty for what was added or removed.
	Before, After string
	// Around holds longer words of the edit, old and new: what is told besides must
	// stand in there.
	Around [2]string
	// InPlace: a fact was replaced by another, which calls for a note.
	InPlace bool
	// Where lists the parts of the page it stands in, Places counts them.
	Where  []string
	Places int
}

// Truth is what one step did to one article and what a channel that follows it, with
// the usual threshold, is to hear.
type Truth struct {
	Article  string // short name
	URL      string
	Revision int    // of the site, counted from 1 for what was seen first; silent steps count too
	Step     string // what was done, in plain words
	// Told says whether anything is to be told; Notices are the kinds of notice of
	// which exactly one is to come.
	Told    bool
	Notices []string
	Facts   []Fact
	// Note is the kind of a note that appeared or vanished, or empty.
	Note         string
	NoteText     string
	NoteVanished bool
	// Announced are the right answers to whether the page's notes speak of the change;
	// empty where it isn't asked.
	Announced []string
	// Acknowledged are the facts of earlier steps, replaced without a note, of which a
	// note speaks now.
	Acknowledged []Fact
	// LabelledAsUpdate: a fact was replaced under a note that calls itself an update.
	LabelledAsUpdate bool
	// Asserted is false for a step whose rules the program does not have yet; Why says
	// which. Check says nothing about such a step.
	Asserted bool
	Why      string
	// OldText and NewText are what the article said, a paragraph a line.
	OldText, NewText string
}

// effect is what one edit means for the truth.
type effect struct {
	notice   string // a kind of notice other than a change
	facts    []Fact
	note     *notice
	vanished bool
}

// newTruth puts together the truth of a step from its edits' effects.
func newTruth(a *article, step Step, next page, effects []effect) Truth {
	t := Truth{
		Article: a.story.slug, URL: a.story.url(), Revision: len(a.states) + 1, Step: step.Name,
		Asserted: step.Later == "", Why: step.Later,
		OldText: a.states[len(a.states)-1].text(), NewText: next.text(),
	}
	for _, e := range effects {
		t.Facts = append(t.Facts, e.facts...)
		if e.note != nil {
			t.Note, t.NoteText, t.NoteVanished = e.note.kind, e.note.text, e.vanished
		}
		if e.notice != "" {
			t.Notices = append(t.Notices, e.notice)
		}
	}
	if len(t.Facts) == 0 && t.newNote() {
		t.Acknowledged = acknowledged(a.truths, t.NoteText)
	}
	switch {
	case len(t.Acknowledged) > 0:
		t.Notices = append(t.Notices, NoticeAcknowledged)
	case len(t.Facts) > 0 || t.Note != "":
		t.Notices = append(t.Notices, NoticeChange)
		t.Announced = announced(t)
		t.LabelledAsUpdate = t.newNote() && (t.Note == "update" || t.Note == "clarification") && slices.ContainsFunc(t.Facts, inPlace)
	}
	t.Told = len(t.Notices) > 0
	return t
}

func inPlace(f Fact) bool { return f.InPlace }

func (t Truth) newNote() bool { return t.Note != "" && !t.NoteVanished }

// announced says which answers are right. Only facts that were replaced call for a
// note; what was merely added or hedged needs none, so that "no" and "not
// applicable" are both fair of it.
func announced(t Truth) []string {
	var named, unnamed int
	for _, f := range t.Facts {
		switch {
		case !t.newNote():
			if f.InPlace {
				unnamed++
			}
		case f.namedBy(t.NoteText):
			named++
		case f.InPlace:
			unnamed++
		}
	}
	switch {
	case len(t.Facts) == 0:
		return nil
	case named > 0 && unnamed > 0:
		return []string{"partly"}
	case named > 0:
		return []string{"yes"}
	case unnamed > 0:
		return []string{"no"}
	default:
		return []string{"no", "not_applicable"}
	}
}

// namedBy reports whether a note has the words of the fact.
func (f Fact) namedBy(note string) bool {
	if f.After != "" {
		return containsWords(note, f.After)
	}
	return containsWords(note, f.Before)
}

// acknowledged lists the facts that were replaced without a note and of which a note
// speaks.
func acknowledged(past []Truth, note string) []Fact {
	var facts []Fact
	for _, t := range past {
		for _, f := range t.Facts {
			if !t.newNote() && f.InPlace && f.namedBy(note) {
				facts = append(facts, f)
			}
		}
	}
	return facts
}

// containsWords reports whether text holds the words, in whatever case and spacing.
func containsWords(text, words string) bool {
	return strings.Contains(plain(text), plain(words))
}

// plain folds case, spacing and the forms of quotation marks.
func plain(s string) string {
	s = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "\u00a0", " ").Replace(s)
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}
