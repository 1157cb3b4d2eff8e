// Package robots reads what a site asks of programs that come by themselves
// (robots.txt, RFC 9309), as far as it concerns one program.
//
// Reading is total: whatever a file holds, [Parse] returns rules. A line that cannot
// be understood asks nothing, and no line spoils the others. Reading and matching
// take time in proportion to their input, so that a hostile file costs no more than
// an honest one of its size. The package fetches nothing.
package robots

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bounds of what is read. RFC 9309 §2.5 asks for at least 500 KiB of a file; the
// others are far above what files of news sites hold.
const (
	MaxFile      = 500 << 10 // bytes; the rest asks nothing
	maxRules     = 1000      // rules of our groups; the first count
	maxPatterns  = 128 << 10 // bytes of their patterns together
	longestDelay = time.Hour
)

// Rules are what a site asks of one program. The zero value asks nothing.
type Rules struct {
	// Delay is how long the site wants to be left alone between two requests
	// (Crawl-delay), at most an hour; 0 when it does not say.
	Delay time.Duration

	rules []rule
}

// rule allows or disallows the addresses of a pattern.
type rule struct {
	allow   bool
	pattern pattern
}

// Parse reads a robots.txt for the program that goes by the given product tokens,
// the words before the slash of a User-Agent. Groups that name one of them count,
// all together; when there are none, those for everybody do.
func Parse(file []byte, tokens ...string) Rules {
	var ours, all group
	var open []*group // the groups that the lines being read belong to
	began := false    // whether the group being read has a line behind its User-agent lines
	for line := range lines(file) {
		key, value, ok := split(line)
		if !ok {
			continue
		}
		switch key {
		case "user-agent", "useragent":
			if began {
				open, began = open[:0], false
			}
			switch name := agent(value); {
			case name == "*" && !slices.Contains(open, &all):
				open = append(open, &all)
			case isOurs(name, tokens) && !slices.Contains(open, &ours):
				ours.named = true
				open = append(open, &ours)
			}
		case "allow", "disallow", "crawl-delay", "crawldelay":
			// A group may consist of a delay only: the User-agent line behind it
			// begins another, or its rules would hold for everybody.
			began = true
			for _, g := range open {
				g.add(key, value)
			}
		}
	}
	if ours.named {
		return ours.Rules
	}
	return all.Rules
}

// group gathers the rules for us, or for everybody.
type group struct {
	Rules
	named bool // has a User-agent line
	bytes int  // of patterns
}

// add takes one line of a group.
func (g *group) add(key, value string) {
	if key == "crawl-delay" || key == "crawldelay" {
		g.Delay = max(g.Delay, delay(value))
		return
	}
	// An empty pattern asks nothing; as "Disallow:" it says that all is allowed.
	if value == "" || len(g.rules) >= maxRules || g.bytes+len(value) > maxPatterns {
		return
	}
	p := newPattern(value)
	g.bytes += p.size
	g.rules = append(g.rules, rule{allow: key == "allow", pattern: p})
}

// Allow reports whether the site lets us read an address: its escaped path, with the
// query if there is one. Of the rules that match, the longest counts; of two equally
// long ones, the one that allows.
func (r Rules) Allow(path string) bool {
	if len(r.rules) == 0 {
		return true
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	path = normalize(path, true)
	longest, allowed := -1, true
	for _, rule := range r.rules {
		size := rule.pattern.size
		if size < longest || size == longest && (allowed || !rule.allow) {
			continue
		}
		if rule.pattern.match(path) {
			longest, allowed = size, rule.allow
		}
	}
	return allowed
}

// Size is about how many bytes of memory the rules take.
func (r Rules) Size() int {
	const each = 96 // a rule beside its text
	n := 0
	for _, rule := range r.rules {
		n += each + 2*len(rule.pattern.text)
	}
	return n
}

// lines yields the lines of a file, without the mark that some editors put before
// the first.
func lines(file []byte) func(yield func(string) bool) {
	file = bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	if len(file) > MaxFile {
		file = file[:MaxFile]
		// Half a line may say the opposite of the whole.
		file = file[:bytes.LastIndexAny(file, "\r\n")+1]
	}
	return func(yield func(string) bool) {
		for line := range bytes.FieldsFuncSeq(file, func(r rune) bool { return r == '\n' || r == '\r' }) {
			if !yield(string(line)) {
				return
			}
		}
	}
}

// split takes a line apart: "Disallow: /a # not for us".
func split(line string) (key, value string, ok bool) {
	line, _, _ = strings.Cut(line, "#")
	key, value, ok = strings.Cut(line, ":")
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value), ok
}

// agent returns whom a User-agent line names: a product token without a version, or
// "*" for everybody.
func agent(value string) string {
	if value == "*" || strings.HasPrefix(value, "* ") {
		return "*"
	}
	for i := range len(value) {
		if c := value[i]; c != '-' && c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') {
			return value[:i]
		}
	}
	return value
}

// isOurs reports whether a product token is one of ours.
func isOurs(name string, tokens []string) bool {
	for _, t := range tokens {
		if name != "" && strings.EqualFold(name, agent(t)) {
			return true
		}
	}
	return false
}

// delay reads the seconds of a Crawl-delay; what makes no sense is 0.
func delay(value string) time.Duration {
	s, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(s) || s <= 0 {
		return 0
	}
	if s >= longestDelay.Seconds() {
		return longestDelay
	}
	return time.Duration(s * float64(time.Second))
}
