package summarize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"erratum/internal/diff/claim"
	"erratum/internal/diff/note"
	"erratum/internal/report"
)

// leadWord says what kind of change a line tells of.
func leadWord(c *report.Change) string {
	if c.Kind == claim.Number && counted(c) {
		return capital(c.Head)
	}
	if s, ok := leads[c.Kind]; ok {
		return s
	}
	return otherLead
}

// otherLead stands for a kind without words of its own.
const otherLead = "Changed"

// counted reports whether the head of a number is plainly what it counts: a plural
// that follows it, as in "17 soldiers". Other heads are guesses: after "one in four", or
// a figure that counts nothing ("a quake of 6.6 shakes the coast").
func counted(c *report.Change) bool {
	head := c.Head
	if head == "others" || strings.ContainsFunc(head, func(r rune) bool { return !unicode.IsLower(r) }) || !strings.HasSuffix(head, "s") && head != "people" && head != "children" {
		return false
	}
	before, after, ok := strings.Cut(c.After, c.AfterValue)
	if whole := !strings.ContainsAny(c.AfterValue, ".,") || strings.ContainsRune(c.AfterValue, ' ') || thousands(c.AfterValue); !whole || strings.HasSuffix(before, " in ") {
		return false
	}
	return ok && strings.HasPrefix(strings.ToLower(strings.TrimLeft(after, " \u00a0")), head) || strings.HasSuffix(strings.ToLower(c.AfterValue), " "+head)
}

// thousands reports whether a figure has a mark before its last three digits, as one
// that counts has.
func thousands(figure string) bool {
	i := strings.LastIndexAny(figure, ".,")
	return i > 0 && len(figure)-i-1 == 3
}

var leads = map[claim.Kind]string{
	claim.Number:           "Number",
	claim.NumberPrecision:  "How exact",
	claim.NumberAdded:      "Added number",
	claim.NumberRemoved:    "Removed number",
	claim.Quantifier:       "How many",
	claim.Direction:        "Direction",
	claim.Date:             "Date",
	claim.DateAdded:        "Added date",
	claim.DateRemoved:      "Removed date",
	claim.Name:             "Name",
	claim.NameSpelling:     "Spelling of a name",
	claim.NameAdded:        "Added name",
	claim.NameRemoved:      "Removed name",
	claim.RoleChanged:      "Role",
	claim.Quote:            "Quote changed",
	claim.QuoteAdded:       "Added quote",
	claim.QuoteRemoved:     "Removed quote",
	claim.QuoteUnquoted:    "No longer a quote",
	claim.QuoteQuoted:      "Now a quote",
	claim.Attribution:      "Source changed",
	claim.AttributionAdded: "Added source",
	claim.AttributionGone:  "Removed source",
	claim.AttributionVerb:  "How it was said",
	claim.HedgeAdded:       "Now hedged",
	claim.HedgeRemoved:     "Hedge dropped",
	claim.Negation:         "Negation",
	claim.Status:           "Status",
	claim.Headline:         "Headline",
	claim.HeadlineWording:  "Headline wording",
	claim.Byline:           "Byline",
	claim.Dateline:         "Dateline",
	claim.Content:          "Reworded",
	claim.ContentAdded:     "Added",
	claim.ContentRemoved:   "Removed",
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// announced says in neutral words whether a note speaks of the change.
func announced(r *report.Report) string {
	switch r.Announced {
	case report.AnnouncedYes:
		if r.LabelledAsUpdate {
			return "Announced: yes, labelled as an update"
		}
		for i := range r.Notes {
			if len(r.Notes[i].Links) > 0 {
				return "Announced: yes, " + kindWord(r.Notes[i].Kind)
			}
		}
		return "Announced: yes"
	case report.AnnouncedPartly:
		return "Announced: partly"
	case report.AnnouncedNo:
		return "Announced: no note found"
	}
	return ""
}

func kindWord(k note.Kind) string {
	if k == note.EditorsNote {
		return "editor's note"
	}
	return string(k)
}
