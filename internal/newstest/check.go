package newstest

import (
	"fmt"
	"slices"
	"strings"
)

// Told is one alert as a channel got it.
type Told struct {
	ID               string // of the delivery: the same one twice is a double
	URL              string
	Notice           string
	Claims           []Claim
	NoteKind         string // of a new, edited or vanished note, or empty
	NoteText         string
	NoteVanished     bool
	Announced        string
	LabelledAsUpdate bool
	Summary          string // as shown
}

// Claim is a change as an alert tells it, in the words of the JSON form.
type Claim struct{ Kind, Before, After string }

// Verdict says what is wrong.
type Verdict string

// The verdicts.
const (
	Missing    Verdict = "missing"    // something is to be told and was not
	Wrong      Verdict = "wrong"      // it was told, but not as it is
	Doubled    Verdict = "doubled"    // it was told twice
	Unexpected Verdict = "unexpected" // nothing happened that is to be told
)

// Problem is one thing that was not told as it should have been.
type Problem struct {
	Verdict  Verdict
	URL      string
	Revision int // of the site; 0 when it belongs to none
	Text     string
}

// String is the problem on one line.
func (p Problem) String() string {
	if p.Revision == 0 {
		return fmt.Sprintf("%s: %s: %s", p.Verdict, p.URL, p.Text)
	}
	return fmt.Sprintf("%s: %s, revision %d: %s", p.Verdict, p.URL, p.Revision, p.Text)
}

// Check compares what one channel was told with what happened, both in order of time
// for each article. Each step that is to be told wants an alert of its own, so who
// drives the site waits for it before the next step. No problem means that all was
// told, once, rightly, and nothing else.
func Check(truths []Truth, told []Told) []Problem {
	var problems []Problem
	matched := make([]int, len(truths)) // alerts that each truth got
	seen := map[string]bool{}
	for _, t := range told {
		if t.ID != "" && seen[t.ID] {
			problems = append(problems, Problem{Doubled, t.URL, 0, fmt.Sprintf("the %s notice %s came twice", t.Notice, t.ID)})
			continue
		}
		seen[t.ID] = true
		problems = append(problems, place(truths, matched, t)...)
	}
	for i, t := range truths {
		if t.Told && t.Asserted && matched[i] == 0 {
			problems = append(problems, Problem{Missing, t.URL, t.Revision, fmt.Sprintf("no %s notice, although %s", strings.Join(t.Notices, " or "), t.Step)})
		}
	}
	return problems
}

// Unasserted lists the steps that Check says nothing about, each with the reason.
func Unasserted(truths []Truth) []string {
	var list []string
	for _, t := range truths {
		if !t.Asserted {
			list = append(list, t.Article+": "+t.Step+" ("+t.Why+")")
		}
	}
	return list
}

// place finds the truth that an alert is about and says what is wrong with it.
func place(truths []Truth, matched []int, t Told) []Problem {
	free, told := -1, -1
	for i, truth := range truths {
		if !sameArticle(truth.URL, t.URL) || !truth.Told || !slices.Contains(truth.Notices, t.Notice) {
			continue
		}
		switch right := len(compare(truths, i, t)) == 0; {
		case matched[i] > 0 && right:
			told = i
		case matched[i] == 0 && (free < 0 || right && len(compare(truths, free, t)) > 0):
			free = i
		}
	}
	switch {
	case free >= 0 && (told < 0 || len(compare(truths, free, t)) == 0):
		matched[free]++
		if !truths[free].Asserted {
			return nil
		}
		return compare(truths, free, t)
	case told >= 0:
		return []Problem{{Doubled, truths[told].URL, truths[told].Revision, fmt.Sprintf("a second %s notice for: %s", t.Notice, truths[told].Step)}}
	default:
		return []Problem{{Unexpected, t.URL, 0, "a " + t.Notice + " notice: " + t.brief()}}
	}
}

// sameArticle knows both forms of an address, see [Site.URLsAt].
func sameArticle(ours, theirs string) bool {
	return strings.HasSuffix(theirs, strings.TrimPrefix(ours, "http:/"))
}

func (t Told) brief() string {
	if len(t.Claims) > 0 {
		c := t.Claims[0]
		return fmt.Sprintf("%s, from “%s” to “%s”", c.Kind, c.Before, c.After)
	}
	if t.NoteKind != "" {
		return "a note, " + t.NoteKind
	}
	return fmt.Sprintf("“%s”", t.Summary)
}

// compare says how an alert differs from the truth it is taken to be about.
func compare(truths []Truth, i int, t Told) []Problem {
	truth := truths[i]
	var problems []Problem
	wrong := func(format string, args ...any) {
		problems = append(problems, Problem{Wrong, truth.URL, truth.Revision, fmt.Sprintf(format, args...)})
	}
	if t.Notice == NoticeChange {
		for _, f := range truth.Facts {
			if !slices.ContainsFunc(t.Claims, f.told) {
				wrong("not told: %s from “%s” to “%s”; told were %s", f.Kinds[0], f.Before, f.After, list(t.Claims))
			}
		}
		for n, c := range t.Claims {
			if !slices.ContainsFunc(truth.Facts, func(f Fact) bool { return f.told(c) || f.explains(c) }) {
				wrong("told, but not so: %s from “%s” to “%s”", c.Kind, c.Before, c.After)
			}
			if slices.Index(t.Claims, c) < n {
				wrong("told twice in one alert: %s from “%s” to “%s”", c.Kind, c.Before, c.After)
			}
		}
		if len(truth.Announced) > 0 && !slices.Contains(truth.Announced, t.Announced) {
			wrong("announced is told as %q, it is %q", t.Announced, strings.Join(truth.Announced, " or "))
		}
		if t.LabelledAsUpdate != truth.LabelledAsUpdate {
			wrong("labelled as an update is told as %t", t.LabelledAsUpdate)
		}
		if t.Summary == "" {
			wrong("the alert has no summary")
		}
	}
	if t.Notice == NoticeChange || t.Notice == NoticeAcknowledged {
		problems = append(problems, compareNotes(truth, t)...)
	}
	for _, f := range truth.Acknowledged {
		if !t.says(f) {
			wrong("acknowledged, but not said what: from “%s” to “%s”", f.Before, f.After)
		}
	}
	for _, words := range invented(truths, i, t) {
		wrong("the alert quotes words that stand in no version: “%s”", words)
	}
	return problems
}

// says reports whether a summary names both sides of a fact beside the note it quotes.
// A number may stand there without the word it counts.
func (t Told) says(f Fact) bool {
	for line := range strings.Lines(t.Summary) {
		before, after, found := strings.Cut(plain(line), "→")
		if found && strings.Contains(before, firstWord(f.Before)) && strings.Contains(after, firstWord(f.After)) {
			return true
		}
	}
	return false
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(plain(s), " ")
	return word
}

// compareNotes says how the note that an alert tells of differs from the page's.
func compareNotes(truth Truth, t Told) []Problem {
	var problems []Problem
	wrong := func(format string, args ...any) {
		problems = append(problems, Problem{Wrong, truth.URL, truth.Revision, fmt.Sprintf(format, args...)})
	}
	if t.NoteKind != truth.Note {
		wrong("the note is %s, told as %s", orNone(truth.Note), orNone(t.NoteKind))
	}
	if t.NoteKind != "" && truth.Note != "" && t.NoteVanished != truth.NoteVanished {
		wrong("the note is told as vanished: %t", t.NoteVanished)
	}
	if truth.Note != "" && t.NoteText != "" && plain(t.NoteText) != plain(truth.NoteText) {
		wrong("the note is told in other words: “%s”", t.NoteText)
	}
	return problems
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func list(claims []Claim) string {
	if len(claims) == 0 {
		return "none"
	}
	var words []string
	for _, c := range claims {
		words = append(words, fmt.Sprintf("%s “%s” to “%s”", c.Kind, c.Before, c.After))
	}
	return strings.Join(words, "; ")
}

// told reports whether a claim tells the fact.
func (f Fact) told(c Claim) bool {
	return slices.Contains(f.Kinds, c.Kind) && f.covers(c)
}

// explains reports whether a claim is another way to see the fact.
func (f Fact) explains(c Claim) bool {
	return (slices.Contains(f.Kinds, c.Kind) || slices.Contains(f.Also, c.Kind)) && f.covers(c)
}

// covers reports whether both sides of a claim lie in the words of the edit. A side
// that is empty in either says nothing.
func (f Fact) covers(c Claim) bool {
	return overlap(c.Before, f.Before, f.Around[0]) && overlap(c.After, f.After, f.Around[1]) && (c.Before != "" || c.After != "")
}

// overlap reports whether a clause holds one of the runs of words, or stands in one.
func overlap(clause string, runs ...string) bool {
	clause = plain(clause)
	if clause == "" {
		return true
	}
	for _, run := range runs {
		for line := range strings.Lines(run) {
			if line = plain(line); line != "" && (strings.Contains(clause, line) || strings.Contains(line, clause)) {
				return true
			}
		}
	}
	return false
}

// invented lists the words that an alert gives as said by a version and that are in
// none up to this one. Claims are verbatim, so case and marks count; a summary may
// set marks of its own.
func invented(truths []Truth, i int, t Told) []string {
	var old, all []string
	for _, truth := range truths[:i+1] {
		if truth.URL == truths[i].URL {
			old = append(old, spaced(truth.OldText))
			all = append(all, plain(truth.OldText), plain(truth.NewText))
		}
	}
	var list []string
	for _, c := range t.Claims {
		if !standsIn(spaced(c.Before), old) {
			list = append(list, c.Before)
		}
		if !standsIn(spaced(c.After), []string{spaced(truths[i].NewText)}) {
			list = append(list, c.After)
		}
	}
	for rest := t.Summary; ; {
		_, after, found := strings.Cut(rest, "“")
		quoted, next, closed := strings.Cut(after, "”")
		if !found || !closed {
			return list
		}
		if !standsIn(plain(strings.ReplaceAll(quoted, "**", "")), all) {
			list = append(list, quoted)
		}
		rest = next
	}
}

// standsIn reports whether every run of words between ellipses is in one of the texts.
func standsIn(words string, texts []string) bool {
	for run := range strings.SplitSeq(words, "…") {
		run = strings.TrimSpace(run)
		if !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, run) }) {
			return false
		}
	}
	return true
}

// spaced folds spacing alone.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }
