package mute

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"

	"erratum/internal/text"
)

// Bounds of rules. RE2 takes as long as program times text: with these the patterns of
// a watch take a fifth of a second in the worst comparison.
const (
	MaxRules   = 20
	maxPattern = 200     // bytes
	maxProgram = 300     // instructions of a compiled pattern
	maxTried   = 1 << 18 // bytes that the patterns of a watch read in one check
)

// Rule is a wish of a watch not to hear of a block, or of what a pattern matches.
type Rule struct {
	ID      Key       `json:"id"`                // of a block's rule: the block's
	Pattern string    `json:"pattern,omitempty"` // RE2; empty: the rule is of a block
	Text    string    `json:"text,omitempty"`    // the block's beginning when it was named
	Since   time.Time `json:"since,omitzero"`
}

// BlockRule is the rule of a block, known by its ID ([Unrest.ID]), of the headline or of
// the dek.
func BlockRule(id Key, raw string, at time.Time) Rule {
	return Rule{ID: id, Text: sample(raw), Since: at}
}

// PatternRule reads a pattern. The errors are plain sentences for the person who typed.
func PatternRule(pattern string, at time.Time) (Rule, error) {
	if len(pattern) > maxPattern {
		return Rule{}, fmt.Errorf("that pattern is too long: it may have %d characters", maxPattern)
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		var bad *syntax.Error
		if errors.As(err, &bad) {
			return Rule{}, fmt.Errorf("that is no RE2 pattern: %s in %q", bad.Code, bad.Expr)
		}
		return Rule{}, fmt.Errorf("that is no RE2 pattern: %w", err)
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > maxProgram {
		return Rule{}, errors.New("that pattern is too large: use fewer or smaller repetitions")
	}
	if p, err := regexp.Compile(pattern); err != nil || p.MatchString("") {
		return Rule{}, errors.New("that pattern matches even where nothing is: name something that must be there")
	}
	return Rule{ID: keyOf("pattern " + pattern), Pattern: pattern, Since: at}, nil
}

// Matches counts where a pattern's rule matches in texts.
func (r Rule) Matches(texts []string) int {
	p, err := regexp.Compile(r.Pattern)
	if err != nil || r.Pattern == "" {
		return 0
	}
	n, left := 0, maxTried
	for _, s := range texts {
		if left -= len(s); left >= 0 && p.MatchString(s) {
			n++
		}
	}
	return n
}

// Rules are the rules of one watch, ready to be asked. An edit gets the same answer
// each time. The zero value ignores nothing. It is not safe for concurrent use.
type Rules struct {
	blocks   []Key
	patterns []*regexp.Regexp
	answers  map[[3]Key]bool
	tried    int
}

// Ready prepares rules.
func Ready(rules []Rule) *Rules {
	r := &Rules{answers: map[[3]Key]bool{}}
	for _, rule := range rules {
		if rule.Pattern == "" {
			r.blocks = append(r.blocks, rule.ID)
		} else if p, err := regexp.Compile(rule.Pattern); err == nil {
			r.patterns = append(r.patterns, p)
		}
	}
	return r
}

// Ignores reports whether an edit is of a block that a rule names, or changes nothing
// but what the patterns match. A note is never ignored.
func (r *Rules) Ignores(u Unrest, e Edit) bool {
	if e.note || len(r.blocks)+len(r.patterns) == 0 {
		return false
	}
	name := [3]Key{e.line, e.Old, e.New}
	if known, ok := r.answers[name]; ok {
		return known
	}
	ignored := slices.ContainsFunc(r.blocks, func(id Key) bool { return u.names(id, e) }) || r.match(e)
	r.answers[name] = ignored
	return ignored
}

// match reports whether an edit leaves what the patterns do not match as it was.
func (r *Rules) match(e Edit) bool {
	if len(r.patterns) == 0 {
		return false
	}
	if r.tried += len(r.patterns) * (len(e.Before) + len(e.After)); r.tried > maxTried {
		return false
	}
	before, after := e.Before, e.After
	for _, p := range r.patterns {
		before, after = p.ReplaceAllString(before, " "), p.ReplaceAllString(after, " ")
	}
	return (before != e.Before || after != e.After) && plain(before) == plain(after)
}

// plain is a text by which two sides of an edit are compared.
func plain(s string) string { return strings.Join(strings.Fields(text.Fold(s).Text), " ") }

// ID returns the ID of the block that has a form, or had it.
func (u Unrest) ID(form Key) Key {
	for i := range u.Blocks {
		if u.Blocks[i].has(form) {
			return u.Blocks[i].ID
		}
	}
	return form
}

// Since returns since when a block has a form; zero: no block has it now.
func (u Unrest) Since(form Key) time.Time {
	for i := range u.Blocks {
		if f := u.Blocks[i].form(); f.Key == form {
			return f.Since
		}
	}
	return time.Time{}
}

// names reports whether an edit is of the block of an ID: of the form it was named by,
// or of one that it took since.
func (u Unrest) names(id Key, e Edit) bool {
	if e.line != "" || id == Headline || id == Dek {
		return id == e.line
	}
	if e.Old == id || e.Old == "" && e.New == id {
		return true
	}
	return slices.ContainsFunc(u.Blocks, func(b Block) bool { return (b.ID == id || b.has(id)) && b.is(e) })
}
