package quality

import (
	"fmt"
	"slices"
	"strings"

	"erratum/internal/alert"
	"erratum/internal/report"
	"erratum/internal/summarize"
)

// Share is how many of a number of things were right.
type Share struct{ Right, Of int }

// Value is the share as a number from 0 to 1; 1 when there was nothing to do.
func (s Share) Value() float64 {
	if s.Of == 0 {
		return 1
	}
	return float64(s.Right) / float64(s.Of)
}

func (s Share) String() string { return fmt.Sprintf("%d/%d = %.3f", s.Right, s.Of, s.Value()) }

func (s *Share) count(right bool) {
	s.Of++
	if right {
		s.Right++
	}
}

func (s *Share) add(t Share) {
	s.Right += t.Right
	s.Of += t.Of
}

// GoldenScore is how the program does on the golden cases of a language or topic.
type GoldenScore struct {
	Name      string // language, or topic of a language
	Cases     int
	Found     Share // of the wanted changes
	Kind      Share // of those found
	Precision Share // of what was told: changes of severity minor and up
	Silence   Share // of the cases that want it
	Notes     Share // wanted notes with kind, state and tie; notes told of that none wanted count as wrong
	Announced Share // of the cases that say what it must be
	Summary   Share // lines that must or must not stand in a summary

	Topics []GoldenScore // by topic, in alphabetical order; none in the score of a topic
	Misses []GoldenMiss  // by case, in the order of the files
}

// GoldenMiss is a case in which something was not as wanted.
type GoldenMiss struct {
	Case string   // topic/name
	Why  []string // a line each, what was wanted and what there was
	Got  string   // the report in lines
}

// Golden scores the program on the project's own cases of a language.
func Golden(lang string) (GoldenScore, error) {
	cases, err := goldenCases(lang)
	if err != nil {
		return GoldenScore{}, err
	}
	total := GoldenScore{Name: lang}
	for _, c := range cases {
		i := slices.IndexFunc(total.Topics, func(s GoldenScore) bool { return s.Name == c.topic })
		if i < 0 {
			total.Topics = append(total.Topics, GoldenScore{Name: c.topic})
			i = len(total.Topics) - 1
		}
		s := c.score()
		total.Topics[i].add(s)
		total.add(s)
	}
	return total, nil
}

func (s *GoldenScore) add(t GoldenScore) {
	s.Cases += t.Cases
	s.Found.add(t.Found)
	s.Kind.add(t.Kind)
	s.Precision.add(t.Precision)
	s.Silence.add(t.Silence)
	s.Notes.add(t.Notes)
	s.Announced.add(t.Announced)
	s.Summary.add(t.Summary)
	s.Misses = append(s.Misses, t.Misses...)
}

// judged is a case beside its report, while it is scored.
type judged struct {
	goldenCase
	report *report.Report
	score  GoldenScore
	why    []string
}

// score compares the versions of a case and judges the report.
func (c goldenCase) score() GoldenScore {
	j := judged{goldenCase: c, report: report.Compare(c.before, c.after), score: GoldenScore{Cases: 1}}
	summary := summarize.Compose(j.report).String()
	j.judgeChanges()
	j.judgePrecision()
	j.judgeSilence()
	j.judgeNotes()
	j.judgeAnnounced()
	j.judgeSummary(summary)
	if len(j.why) > 0 {
		j.score.Misses = []GoldenMiss{{c.topic + "/" + c.name, j.why, describe(j.report, summary)}}
	}
	return j.score
}

// check counts one thing and keeps why it was wrong.
func (j *judged) check(s *Share, right bool, why string, args ...any) {
	s.count(right)
	if !right {
		j.why = append(j.why, fmt.Sprintf(why, args...))
	}
}

func (j *judged) judgeChanges() {
	for _, w := range j.want.changes {
		var kinds []string
		for _, c := range j.report.Changes {
			if told(c.Severity) && Covers(w.Fact, factOf(c)) {
				kinds = append(kinds, string(c.Kind))
			}
		}
		j.check(&j.score.Found, len(kinds) > 0, "not found: %s: %s → %s", strings.Join(w.kinds, "|"), w.Before, w.After)
		if len(kinds) > 0 {
			right := slices.ContainsFunc(kinds, func(k string) bool { return slices.Contains(w.kinds, k) })
			j.check(&j.score.Kind, right, "kind: want %s, got %s: %s → %s", strings.Join(w.kinds, "|"), strings.Join(kinds, ", "), w.Before, w.After)
		}
	}
}

// judgePrecision counts what was told and not wanted. A change may be wider than what
// is wanted, or a part of it.
func (j *judged) judgePrecision() {
	for _, c := range j.report.Changes {
		if !told(c.Severity) || j.want.minor && c.Severity == report.Minor {
			continue
		}
		got := factOf(c)
		right := slices.ContainsFunc(j.want.changes, func(w wantedChange) bool {
			return Covers(w.Fact, got) || Covers(got, w.Fact)
		})
		j.check(&j.score.Precision, right, "false: %s %s (%s): %s → %s", c.Severity, c.Kind, c.Rule, c.Before, c.After)
	}
}

func (j *judged) judgeSilence() {
	switch {
	case j.want.silent:
		quiet := !alert.All.Passes(j.report) && !alert.Facts.Passes(j.report)
		j.check(&j.score.Silence, quiet, "not silent: severity %s, significance %.2f", j.report.Severity, j.report.Significance)
	case j.want.minor:
		j.check(&j.score.Silence, !alert.Facts.Passes(j.report), "told by default: severity %s, significance %.2f", j.report.Severity, j.report.Significance)
	}
}

func (j *judged) judgeNotes() {
	free := slices.Clone(j.report.Notes)
	for _, w := range j.want.notes {
		i := slices.IndexFunc(free, func(n report.Note) bool {
			return slices.Contains(w.kinds, string(n.Kind)) && string(n.State) == w.state && j.isTied(n, w.tied)
		})
		j.check(&j.score.Notes, i >= 0, "no note: %s %s, tied to %q", strings.Join(w.kinds, "|"), w.state, w.tied)
		if i >= 0 {
			free = slices.Delete(free, i, i+1)
		}
	}
	for _, n := range free {
		if n.State != report.NoteKept {
			j.check(&j.score.Notes, false, "false note: %s %s (%.2f): %s", n.Kind, n.State, n.Score, n.Text)
		}
	}
	if j.want.says != "" {
		right := slices.ContainsFunc(j.report.Notes, func(n report.Note) bool {
			return n.State != report.NoteKept && string(n.Says) == j.want.says
		})
		j.check(&j.score.Notes, right, "what the note says is not %s", j.want.says)
	}
}

func (j *judged) isTied(n report.Note, kinds []string) bool {
	return len(kinds) == 0 || slices.ContainsFunc(n.Links, func(i int) bool {
		return slices.Contains(kinds, string(j.report.Changes[i].Kind))
	})
}

func (j *judged) judgeAnnounced() {
	if j.want.announced != "" {
		right := slices.Contains(strings.Split(j.want.announced, "|"), string(j.report.Announced))
		j.check(&j.score.Announced, right, "announced: want %s, got %s", j.want.announced, j.report.Announced)
	}
	if j.want.labelled || j.report.LabelledAsUpdate {
		j.check(&j.score.Announced, j.want.labelled == j.report.LabelledAsUpdate, "labelled as update: want %t, got %t", j.want.labelled, j.report.LabelledAsUpdate)
	}
}

func (j *judged) judgeSummary(summary string) {
	for _, w := range j.want.summary {
		j.check(&j.score.Summary, says(summary, w), "not in the summary: %s", w)
	}
	for _, w := range j.want.noSummary {
		j.check(&j.score.Summary, !says(summary, w), "in the summary: %s", w)
	}
}

// says reports whether a text stands in a line of a summary. Of "A → B" both sides
// must stand there in this order with an arrow between them: how wide a clause the
// summary quotes around a value is left to it.
func says(summary, text string) bool {
	before, after, arrow := strings.Cut(text, " → ")
	for line := range strings.Lines(summary) {
		if !arrow && strings.Contains(line, text) {
			return true
		}
		from, to, ok := strings.Cut(line, "→")
		if arrow && ok && strings.Contains(from, before) && strings.Contains(to, after) {
			return true
		}
	}
	return false
}

// told reports whether a change is told to anybody.
func told(s report.Severity) bool {
	return s == report.Minor || s == report.Major || s == report.Critical
}

func factOf(c report.Change) Fact { return Fact{Before: c.Before, After: c.After} }

// describe writes what a miss is judged by.
func describe(r *report.Report, summary string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %.2f announced %s\n", r.Outcome, r.Severity, r.Significance, r.Announced)
	for _, c := range r.Changes {
		fmt.Fprintf(&b, "%s %s (%s, %s): %s → %s\n", c.Severity, c.Kind, c.Rule, c.Where, c.Before, c.After)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note %s %s %.2f says %s links %v: %s\n", n.Kind, n.State, n.Score, n.Says, n.Links, n.Text)
	}
	fmt.Fprintf(&b, "summary: %s", summary)
	return b.String()
}
