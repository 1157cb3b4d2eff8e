package quality

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"erratum/internal/report"
	"erratum/internal/summarize"
)

// measureSummaries scores the summaries of the labelled pairs: what of the labels
// stands in them, and whether every word of them stands in the evidence.
func measureSummaries(_ context.Context, d *Data, _ *Predictions) (Row, error) {
	pairs, err := d.pairs()
	if err != nil {
		return Row{}, err
	}
	var row Row
	var told, shown Share
	var lengths []int
	facts, unfounded := 0, 0
	kinds := tallies{}
	for i := range pairs {
		p := &pairs[i]
		r := p.compare()
		s := summarize.Compose(r)
		lengths = append(lengths, utf8.RuneCountInString(s.String()))
		facts = max(facts, len(s.Bullets)+1)
		for _, w := range unfoundedWords(s, p.evidence()) {
			unfounded++
			row.Misses = append(row.Misses, Miss{"not in the evidence", 3, fmt.Sprintf("%s says %q\n%s", p.ID, w, s)})
		}
		for _, f := range p.Facts {
			if !summarised(f.Kind) {
				continue
			}
			where := standing(f, s, r)
			shown.count(where == inSummary)
			told.count(where != nowhere)
			kinds.count(f.Kind, where != nowhere)
			if where == nowhere {
				row.Misses = append(row.Misses, Miss{f.Kind, 1, fmt.Sprintf("%s lacks %s\n%s", p.ID, f, s)})
			}
		}
	}
	slices.Sort(lengths)
	longest := lengths[len(lengths)-1]
	row.Figures = []Figure{
		shareFigure("labelled facts in the summary, or counted in its “+ n more”", told, .90, .97),
		shareFigure("  shown in words", shown, 0, 0),
		{What: "  words in it that are not in the evidence", Value: float64(unfounded), Shown: fmt.Sprint(unfounded), AtMost: true},
		{What: "  characters, median", Value: float64(lengths[len(lengths)/2]), Shown: fmt.Sprint(lengths[len(lengths)/2]), Floor: 350, Goal: 350, AtMost: true},
		{What: "  characters, most", Value: float64(longest), Shown: fmt.Sprint(longest), Floor: summarize.MaxLength, Goal: summarize.MaxLength, AtMost: true},
		{What: "  facts, most", Value: float64(facts), Shown: fmt.Sprint(facts), Floor: summarize.MaxFacts, Goal: summarize.MaxFacts, AtMost: true},
	}
	row.Details = []string{kinds.line("in the summary or counted, by kind")}
	return row, nil
}

// summarised reports whether facts of a kind must be in a summary.
func summarised(kind string) bool {
	switch kind {
	case NumberFact, NameFact, DateFact, QuoteFact, HeadlineFact, NoteFact:
		return true
	}
	return false
}

// Where a labelled fact stands.
const (
	nowhere = iota
	counted // among those that the summary only counts
	inSummary
)

// standing says where a fact is in a summary: in one of its lines, with both sides
// (of an edited note, as it now reads); or found, and among those that "+ n more"
// counts.
func standing(f Fact, s summarize.Summary, r *report.Report) int {
	for line := range strings.Lines(s.String()) {
		if f.Kind == NoteFact && f.After != "" && shows(f.After, f.Before, line) || shows(f.Before, f.After, line) && shows(f.After, f.Before, line) {
			return inSummary
		}
	}
	counts := strings.Contains(s.More, " more") || strings.Contains(s.Note.String(), " more)")
	if counts && slices.ContainsFunc(Facts(r), func(t Fact) bool { return Covers(f, t) }) {
		return counted
	}
	return nowhere
}

// enoughWords is how many words of a long side a line must show: summaries cut.
const enoughWords = 8

// shows reports whether a line shows a side of a fact: the share of its differing
// words that covers it, or enoughWords of them.
func shows(side, other, line string) bool {
	if holds(words(side), words(other), line) {
		return true
	}
	need, n := lacking(side, other), 0
	for _, w := range words(line) {
		if need[w] > 0 {
			need[w]--
			n++
		}
	}
	return n >= enoughWords
}

// evidence is all that a summary may take its words from.
func (p *pair) evidence() string {
	return strings.Join([]string{p.BeforeTitle, p.BeforeText, p.AfterTitle, p.AfterText}, "\n")
}

// unfoundedWords returns the words of a summary that do not stand in the evidence.
// Spans that are not verbatim may use the template's own words and counts too.
func unfoundedWords(s summarize.Summary, evidence string) []string {
	known := bag(words(evidence))
	own := bag(words(templateWords))
	var out []string
	check := func(text string, verbatim bool) {
		if !verbatim {
			text = templateCounts.ReplaceAllString(text, " ")
		}
		for _, w := range words(text) {
			if known[w] == 0 && (verbatim || own[w] == 0) {
				out = append(out, w)
			}
		}
	}
	for _, line := range append([]summarize.Line{s.Lead, s.Note}, s.Bullets...) {
		for _, span := range line {
			check(span.Text, span.Verbatim)
		}
	}
	check(s.Announced, false)
	check(s.More, false)
	return out
}

// templateWords are the fixed words that a summary may put around the article's own.
const templateWords = `Number. Name. Date. Role. Status. Negation. Direction. Headline wording. Byline. Dateline.
How exact. How many. How it was said. Spelling of a name. Quote changed. No longer a quote. Source changed. Now hedged.
Hedge dropped. Reworded. Added number, name, date, quote, source. Removed.
dek lede body subheading list item caption note place places, the old value still stands elsewhere
matches: the text still says otherwise, the text says so, not found in the text, note gone, note edited, before
Announced: yes, partly, no note found, labelled as an update, correction, clarification, retraction, editor's note, disclosure
more wording edit edits moved. No difference. Only form changed: typography, typos, function words or order. Not comparable`

// templateCounts are the template's own figures.
var templateCounts = regexp.MustCompile(`\d+ (?:more|places?|wording|moved)`)
