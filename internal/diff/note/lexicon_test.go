package note

import (
	"strings"
	"testing"
)

// TestLexiconsAreSound: every class a pattern names exists, every month list has
// twelve, and no lexicon has more pattern words than a slotSet holds.
func TestLexiconsAreSound(t *testing.T) {
	for _, l := range languages() {
		b := l.ready()
		if len(b.slots) > maxSlots {
			t.Errorf("%s: %d pattern words, at most %d", l.lang, len(b.slots), maxSlots)
		}
		if n := len(strings.Fields(l.months)); n != 12 && n != 0 {
			t.Errorf("%s: %d months", l.lang, n)
		}
		var patterns []string
		for _, c := range l.cues {
			if c.name == "" || c.weight == 0 || c.weight > 1 {
				t.Errorf("%s: cue %+v", l.lang, c)
			}
			patterns = append(patterns, c.pattern)
		}
		for _, lb := range l.labels {
			patterns = append(patterns, lb.words)
		}
		for _, p := range append(patterns, l.says.wrongly, l.says.said, l.says.is) {
			for alt := range strings.FieldsFuncSeq(p, func(r rune) bool { return r == ' ' || r == '|' }) {
				if class, ok := strings.CutPrefix(alt, "<"); ok && l.classes[strings.TrimSuffix(class, ">")] == "" {
					t.Errorf("%s: %q names no class in %q", l.lang, alt, p)
				}
			}
		}
	}
}
