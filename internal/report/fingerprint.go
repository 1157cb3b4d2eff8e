package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"erratum/internal/text"
)

// minFingerprint is how many words the clauses of an edit need to be its own: "three
// dead" becomes "four dead" in many stories.
const minFingerprint = 6

// Fingerprint names what an edit says, whatever page makes it: the kinds of its
// changes, their clauses before and after, and what its notes are and say. It is empty
// when that is too little to tell one edit from another.
func Fingerprint(r *Report) string {
	if r == nil || r.Outcome != Changed {
		return ""
	}
	var lines []string
	words := 0
	for _, c := range r.Changes {
		if c.Severity == None || c.Severity == Style {
			continue
		}
		before, after := foldClause(c.Before), foldClause(c.After)
		words += max(len(strings.Fields(before)), len(strings.Fields(after)))
		lines = append(lines, strings.Join([]string{string(c.Kind), before, after}, "\x00"))
	}
	if words < minFingerprint {
		return ""
	}
	for _, n := range r.Notes {
		if n.State != NoteKept {
			lines = append(lines, strings.Join([]string{"note", string(n.State), foldClause(n.Text)}, "\x00"))
		}
	}
	slices.Sort(lines)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s", r.Announced, strings.Join(lines, "\x01")))
	return hex.EncodeToString(sum[:16])
}

// foldClause folds what papers write each in their own way: typography, capitals, and
// the marks around a clause.
func foldClause(s string) string {
	return strings.Trim(strings.ToLower(text.Fold(s).Text), " .,;:")
}
