package newstest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Edit is one thing that a newsroom does to a page. It changes the page and says
// what that means for a reader, from the same values.
type Edit interface {
	edit(p *page) (effect, error)
}

var errNotThere = errors.New("the page has no such words")

// ReplaceNumber puts another number for one wherever its phrase stands. Old and New
// hold the number and, where it would be mistaken for another, the word it counts.
type ReplaceNumber struct{ Old, New string }

func (e ReplaceNumber) edit(p *page) (effect, error) {
	where, err := p.replace(e.Old, e.New)
	f := Fact{
		Kinds: []string{"number", "headline"}, Also: []string{"status", "quantifier", "headline-wording"},
		Before: e.Old, After: e.New, InPlace: true, Where: where, Places: len(where),
	}
	if !slices.Contains(where, "headline") {
		f.Kinds, f.Also = f.Kinds[:1], f.Also[:2]
	}
	return effect{facts: []Fact{f}}, err
}

// ReplaceName puts another name for one: the full form wherever it stands, and the
// short form ("Ms Marsh") wherever that stands alone.
type ReplaceName struct{ Old, New, OldShort, NewShort string }

func (e ReplaceName) edit(p *page) (effect, error) {
	where, err := p.replace(e.Old, e.New)
	if err != nil {
		return effect{}, err
	}
	if e.OldShort != "" {
		if _, err := p.replace(e.OldShort, e.NewShort); err != nil {
			return effect{}, err
		}
	}
	return effect{facts: []Fact{{
		Kinds: []string{"name", "name-spelling"}, Also: []string{"attribution", "name-added", "name-removed", "attribution-added", "attribution-removed"},
		Before: e.Old, After: e.New, Around: [2]string{e.Old + "\n" + e.OldShort, e.New + "\n" + e.NewShort},
		InPlace: true, Where: where, Places: len(where),
	}}}, nil
}

// Hedge makes a statement weaker. Old and New are the words that differ, whole enough
// that neither stands elsewhere.
type Hedge struct{ Old, New string }

func (e Hedge) edit(p *page) (effect, error) {
	where, err := p.replace(e.Old, e.New)
	return effect{facts: []Fact{{
		Kinds: []string{"hedge-added"}, Also: []string{"quantifier", "number-added", "content-added", "content-removed", "attribution-verb", "negation", "status"},
		Before: e.Old, After: e.New, Where: where, Places: len(where),
	}}}, err
}

// AddSource sets a new paragraph, in which someone is cited, after the one that holds
// some words. Source is how the text names who is cited.
type AddSource struct{ After, Source, Text string }

func (e AddSource) edit(p *page) (effect, error) {
	if !strings.Contains(e.Text, e.Source) {
		return effect{}, fmt.Errorf("%w: %q in the new paragraph", errNotThere, e.Source)
	}
	err := p.insertAfter(e.After, e.Text)
	return effect{facts: []Fact{{
		Kinds: []string{"attribution-added", "name-added", "quote-added", "content-added"},
		Also:  []string{"number-added", "date-added", "hedge-added", "role"},
		After: e.Source, Around: [2]string{"", e.Text}, Where: []string{"body"}, Places: 1,
	}}}, err
}

// QuoteWord changes a word inside a quotation, which is found by In, a longer run of
// its words that holds Old once.
type QuoteWord struct{ In, Old, New string }

func (e QuoteWord) edit(p *page) (effect, error) {
	if strings.Count(e.In, e.Old) != 1 {
		return effect{}, fmt.Errorf("%w: %q once in %q", errNotThere, e.Old, e.In)
	}
	to := strings.Replace(e.In, e.Old, e.New, 1)
	where, err := p.replace(e.In, to)
	return effect{facts: []Fact{{
		Kinds: []string{"quote"}, Before: e.Old, After: e.New, Around: [2]string{e.In, to},
		InPlace: true, Where: where, Places: len(where),
	}}}, err
}

// RemoveSentence takes a whole sentence out. One that quotes somebody in the first
// third of the text is to be told; another is too small for the usual threshold.
type RemoveSentence struct{ Text string }

func (e RemoveSentence) edit(p *page) (effect, error) {
	var body strings.Builder
	for _, b := range p.blocks {
		body.WriteString(b.text + "\n")
	}
	early := strings.Index(body.String(), e.Text) < body.Len()/3
	where, err := p.replace(e.Text, "")
	if err != nil || !early || !strings.Contains(e.Text, "“") {
		return effect{}, err
	}
	return effect{facts: []Fact{{
		Kinds: []string{"quote-removed", "content-removed", "attribution-removed"},
		Also:  []string{"name-removed", "number-removed", "date-removed", "hedge-removed"}, Before: e.Text, Where: where, Places: 1,
	}}}, nil
}

// RewordStyle says the same in other words: silent.
type RewordStyle struct{ Old, New string }

func (e RewordStyle) edit(p *page) (effect, error) {
	_, err := p.replace(e.Old, e.New)
	return effect{}, err
}

// replace puts to for from, as whole words, wherever it stands, and says in which
// parts. A phrase at the start of a sentence keeps its capital letter.
func (p *page) replace(from, to string) (where []string, err error) {
	for _, part := range p.parts() {
		if text, n := replaceWords(*part.text, from, to); n > 0 {
			*part.text = text
			for range n {
				where = append(where, part.where)
			}
		}
	}
	if len(where) == 0 {
		return nil, fmt.Errorf("%w: %q", errNotThere, from)
	}
	p.dated = true
	return where, nil
}

// insertAfter sets a paragraph after the one that holds some words.
func (p *page) insertAfter(words, text string) error {
	i := slices.IndexFunc(p.blocks, func(b block) bool { return strings.Contains(b.text, words) })
	if i < 0 {
		return fmt.Errorf("%w: %q", errNotThere, words)
	}
	p.blocks = slices.Insert(p.blocks, i+1, block{kind: paragraph, text: text})
	p.dated = true
	return nil
}

// replaceWords counts and replaces from in text where it stands as whole words, also
// with a capital first letter.
func replaceWords(text, from, to string) (string, int) {
	n := 0
	for _, form := range [][2]string{{from, to}, {capital(from), capital(to)}} {
		if form[0] == from && n > 0 {
			break // from has a capital itself
		}
		var out strings.Builder
		rest := text
		for {
			i := strings.Index(rest, form[0])
			if i < 0 {
				break
			}
			end := i + len(form[0])
			if wordAt(rest[:i], true) || wordAt(rest[end:], false) {
				out.WriteString(rest[:end])
			} else {
				out.WriteString(rest[:i] + form[1])
				n++
			}
			rest = rest[end:]
		}
		text = out.String() + rest
	}
	return strings.Join(strings.Fields(text), " "), n
}

// wordAt reports whether s ends (or begins) inside a word or number.
func wordAt(s string, atEnd bool) bool {
	r, _ := utf8.DecodeRuneInString(s)
	if atEnd {
		r, _ = utf8.DecodeLastRuneInString(s)
	}
	return s != "" && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func capital(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
