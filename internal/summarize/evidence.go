package summarize

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"erratum/internal/text"
)

// Evidence is what a summary may say: the words of both versions and of their notes.
// It is not changed by use.
type Evidence struct {
	texts []string
	words map[string]bool // between spaces without the marks around them, and as package text parts them
}

// NewEvidence reads the texts that a summary was made of.
func NewEvidence(texts ...string) *Evidence {
	e := &Evidence{texts: texts, words: map[string]bool{}}
	for _, t := range texts {
		for w := range strings.FieldsSeq(t) {
			e.words[bare(w)] = true
			for part := range strings.FieldsFuncSeq(w, func(r rune) bool { return r == '\'' || r == '’' }) {
				e.words[bare(part)] = true
			}
		}
		for _, w := range text.Tokenize(text.Fold(t).Text) {
			e.words[w.Text] = true
		}
	}
	return e
}

// Unsupported returns what a summary, as plain text, says beyond its evidence: numbers,
// names, other words, and quotations that do not stand so in a text. The fixed words
// of the template are allowed. A word beside an ellipsis may be part of a longer one.
func (e *Evidence) Unsupported(summary string) []string {
	var out []string
	for line := range strings.Lines(tally.ReplaceAllString(summary, " ")) {
		line = strings.TrimLeft(line, "•>- ")
		lead, rest, ok := strings.Cut(line, ": ")
		if ok && e.knows(lead, true) && len(strings.Fields(lead)) <= leadWords {
			line = rest
		}
		said, leads, _ := strings.Cut(line, matching)
		for w := range strings.FieldsSeq(said) {
			if !e.knows(w, false) {
				out = append(out, w)
			}
		}
		for w := range strings.FieldsSeq(leads) {
			if !e.knows(w, true) {
				out = append(out, w)
			}
		}
		out = append(out, e.misquoted(line)...)
	}
	return out
}

// leadWords is how many words a lead has at most ("Spelling of a name").
const leadWords = 4

// tally matches what the template counts, so that no other number passes for it.
var tally = regexp.MustCompile(`\+ \d+ (more|places?|wording edits?|moved)\b|\d+ (wording edits?|moved)\b`)

// knows reports whether all words of a text stand in the evidence, or in the template;
// in a lead, which has a capital, in whatever case.
func (e *Evidence) knows(s string, lead bool) bool {
	for w := range strings.FieldsSeq(s) {
		b := bare(w)
		switch {
		case !says(b) || fixed(b) || e.has(b) || e.stands(b):
		case lead && e.has(strings.ToLower(b)):
		case strings.Contains(w, ellipsis) && e.holds(b):
		default:
			return false
		}
	}
	return true
}

// has reports whether all words and numbers of a run of letters stand in a text.
func (e *Evidence) has(run string) bool {
	if e.words[run] {
		return true
	}
	for _, w := range text.Tokenize(text.Fold(run).Text) {
		if w.Kind != text.Punct && !e.words[w.Text] {
			return false
		}
	}
	return true
}

// stands reports whether a run of letters stands in a text with no letter or digit on
// either side: signs may tie it to others that the summary left out ("1;}L").
func (e *Evidence) stands(run string) bool {
	for _, t := range e.texts {
		for from := 0; ; {
			at := strings.Index(t[from:], run)
			if at < 0 {
				break
			}
			at += from
			before, _ := utf8.DecodeLastRuneInString(t[:at])
			after, _ := utf8.DecodeRuneInString(t[at+len(run):])
			if !says(string(before)) && !says(string(after)) && !withinNumber(before, run, after) {
				return true
			}
			from = at + len(run)
		}
	}
	return false
}

// withinNumber reports whether a run that begins or ends with a digit may be part of a
// longer number ("2m" of "4.2m").
func withinNumber(before rune, run string, after rune) bool {
	first, _ := utf8.DecodeRuneInString(run)
	last, _ := utf8.DecodeLastRuneInString(run)
	const joins = ".,:/-"
	return unicode.IsNumber(first) && strings.ContainsRune(joins, before) || unicode.IsNumber(last) && strings.ContainsRune(joins, after)
}

func (e *Evidence) holds(s string) bool {
	for _, t := range e.texts {
		if strings.Contains(t, s) {
			return true
		}
	}
	return false
}

// misquoted returns the quotations of a line that do not stand so in a text. What was
// cut off, and the arrow of the template, part a quotation.
func (e *Evidence) misquoted(line string) []string {
	var out []string
	at, opener, last := -1, rune(0), ' '
	for i, r := range line {
		switch {
		case at >= 0 && closes(opener, r):
			for run := range strings.SplitSeq(strings.ReplaceAll(line[at:i], "→", ellipsis), ellipsis) {
				if run = strings.Trim(run, " “„«\""); run != "" && !e.holds(run) {
					out = append(out, run)
				}
			}
			at = -1
		case at < 0 && opens(last, r):
			at, opener = i, r
		}
		last = r
	}
	return out
}

// says reports whether there is a letter or digit in a word.
func says(w string) bool {
	return strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// bare is a word without the marks around it; what is nothing but marks is empty.
func bare(w string) string {
	return strings.TrimFunc(w, func(r rune) bool {
		return unicode.IsPunct(r) && r != '%' || unicode.IsControl(r) || unicode.In(r, unicode.M, unicode.Cf) || strings.ContainsRune("→+>", r)
	})
}

// fixed reports whether a word is the template's own.
func fixed(w string) bool { return strings.Contains(template, " "+strings.ToLower(w)+" ") }

// template holds the words that a summary has besides the evidence.
var template = " " + strings.ToLower(strings.Join([]string{
	leadWordList(),
	"in from before the still says text headline dek lede body caption subheading quote list item byline dateline note gone edited",
	"matches a smaller change not found so otherwise",
	"announced yes no partly labelled as an update correction clarification retraction editor's disclosure",
}, " ")) + " "

func leadWordList() string {
	out := []string{otherLead}
	for _, s := range leads {
		out = append(out, s)
	}
	return strings.Join(out, " ")
}
