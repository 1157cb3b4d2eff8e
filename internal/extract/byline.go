package extract

import (
	"slices"
	"strings"
	"unicode"
)

// maxBylines bounds the authors of one article.
const maxBylines = 20

// chooseBylines returns the people or desks that a page names as authors. A person
// named anywhere wins over the outlet naming itself.
func chooseBylines(f *facts, ld ldNode, blocks []block, site string) []string {
	sources := [][]string{ldAuthors(f.ld, ld)}
	for _, k := range []string{"article:author", "author", "article:author_name", "parsely-author", "sailthru.author", "og:author", "og:article:author",
		"byl", "dc.creator", "dcterms.creator", "cxenseparse:author", "mrf:authors", "articleauthor", "author_name"} {
		sources = append(sources, f.metas[k])
	}
	sources = append(sources, shownAuthors(f, blocks))
	var desks []string
	for _, raw := range sources {
		names := cleanNames(raw)
		people := slices.DeleteFunc(slices.Clone(names), func(s string) bool { return isOutlet(s, site) })
		if len(people) > 0 {
			return people
		}
		if len(desks) == 0 {
			desks = names
		}
	}
	return desks
}

// ldAuthors reads author (or creator) of the article's structured data.
func ldAuthors(g *ldGraph, ld ldNode) []string {
	var out []string
	var add func(v any, depth int)
	add = func(v any, depth int) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, e := range v[:min(len(v), maxBylines)] {
				if depth < 3 {
					add(e, depth+1)
				}
			}
		case map[string]any:
			n := g.resolve(ldNode(v))
			if s := n.str("name"); s != "" {
				out = append(out, s)
			} else if s := strings.TrimSpace(n.str("givenName") + " " + n.str("familyName")); s != "" {
				out = append(out, s)
			}
		}
	}
	add(ld["author"], 0)
	if len(out) == 0 {
		add(ld["creator"], 0)
	}
	return out
}

// shownAuthors reads what stands on the page: marked authors, else a short line near
// the headline that begins with "By".
func shownAuthors(f *facts, blocks []block) []string {
	at := 0
	for i, b := range blocks {
		if b.tag == "h1" && !b.zone.has(hidden|inNav) {
			at = i
			break
		}
	}
	for i := max(0, at-3); i < len(blocks) && i < at+15; i++ {
		b := blocks[i]
		if b.words > 40 && b.tag == "p" {
			break
		}
		if b.words > 25 || b.zone.has(hidden|inNav|inCaption) {
			continue
		}
		if rest, ok := afterBy(b.text); ok {
			if rest == "" && i+1 < len(blocks) && blocks[i+1].words <= 6 {
				rest = blocks[i+1].text
			}
			if names := cleanNames([]string{rest}); len(names) > 0 {
				return names
			}
		}
	}
	if len(f.people) > 0 {
		return f.people[:1]
	}
	return nil
}

// byWords open a byline, in the languages of news pages that were seen.
var byWords = []string{"by ", "von ", "von: ", "par ", "por ", "di ", "de ", "автор: ", "автор ", "av ", "af ", "door ", "text: ", "autor: ", "redaktion: ", "written by ", "reported by "}

// afterBy returns what follows the opening word of a byline.
func afterBy(s string) (string, bool) {
	low := strings.ToLower(strings.ReplaceAll(s, "\u00A0", " ")) + " "
	for _, w := range byWords {
		if strings.HasPrefix(low, w) && len(w) <= len(s)+1 {
			rest := strings.TrimSpace(strings.ReplaceAll(s, "\u00A0", " ")[min(len(w), len(s)):])
			return rest, rest == "" || isName(firstName(rest))
		}
	}
	return "", false
}

// firstName is the text up to the first separator.
func firstName(s string) string {
	if i := strings.IndexAny(s, ",|/•·–—(0123456789"); i > 0 {
		s = s[:i]
	}
	for _, and := range andWords {
		if i := strings.Index(s, and); i > 0 {
			s = s[:i]
		}
	}
	return strings.TrimSpace(s)
}

// andWords join the last two names of a list.
var andWords = []string{" and ", " und ", " et ", " y ", " e ", " og ", " och ", " & ", " та ", " и ", " i ", " en "}

// cleanNames splits lists, takes off "By", roles, marks and addresses, and drops
// what is no name.
func cleanNames(raw []string) []string {
	var out []string
	for _, r := range raw {
		for _, s := range splitNames(plain(r)) {
			s = cleanName(s)
			if s != "" && len(out) < maxBylines && !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, s) }) {
				out = append(out, s)
			}
		}
	}
	return out
}

// cleanName takes one name out of its trimmings; empty for what is none.
func cleanName(s string) string {
	if rest, ok := afterBy(s); ok {
		s = rest
	}
	if i := strings.IndexAny(s, "(["); i > 0 {
		s = s[:i]
	}
	s = strings.Trim(s, " \t\u00A0,;:|/•·–—-.@")
	low := strings.ToLower(s)
	switch {
	case s == "" || runes(s) > 80 || countWords(s) > 8:
		return ""
	case strings.Contains(low, "http") || strings.Contains(low, "www.") || strings.Contains(s, "@") || strings.Contains(s, "/author"):
		return ""
	case !strings.ContainsFunc(s, unicode.IsLetter):
		return ""
	case low == "admin" || low == "undefined" || low == "null" || low == "unknown" || low == "staff":
		return ""
	}
	for _, p := range []string{"foto", "photo", "image", "bild:", "фото"} {
		if strings.HasPrefix(low, p) {
			return ""
		}
	}
	return s
}

// splitNames cuts a list of names. A comma or an "and" is a border only between
// what look like whole names, so that "Reuters, Kyiv" and "Le Figaro et AFP" stay.
func splitNames(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '|' || r == '•' || r == '·' })
	var out []string
	for _, p := range parts {
		p = strings.TrimSpace(p)
		if rest, ok := afterBy(p); ok {
			p = rest
		}
		out = append(out, splitAt(p, []string{", ", ","})...)
	}
	return out
}

// splitAt cuts at commas, then at the last "and".
func splitAt(s string, _ []string) []string {
	var parts []string
	for _, p := range strings.Split(s, ",") {
		parts = append(parts, splitAnd(strings.TrimSpace(p))...)
	}
	names := slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return !isName(p) })
	switch {
	case len(parts) == 1:
		return parts
	case len(names) == 0:
		return []string{s}
	default: // roles and places go
		return names
	}
}

// splitAnd parts "Ann Lee and Bo Li".
func splitAnd(s string) []string {
	for _, and := range andWords {
		if a, b, ok := strings.Cut(s, and); ok && isName(strings.TrimSpace(a)) && isName(strings.TrimSpace(b)) {
			return []string{strings.TrimSpace(a), strings.TrimSpace(b)}
		}
	}
	return []string{strings.TrimPrefix(s, "and ")}
}

// isName reports whether a text looks like the whole name of a person: two to five
// words, the first and last capitalised.
func isName(s string) bool {
	ws := strings.Fields(s)
	if len(ws) < 2 || len(ws) > 5 {
		return false
	}
	for _, w := range []string{ws[0], ws[len(ws)-1]} {
		r := []rune(w)[0]
		if !unicode.IsLetter(r) || unicode.IsLower(r) {
			return false
		}
	}
	return !strings.ContainsFunc(s, unicode.IsDigit)
}

// isOutlet reports whether a name is the outlet's own.
func isOutlet(name, site string) bool {
	n, s := strings.Join(tokens(name), ""), strings.Join(tokens(site), "")
	return s != "" && (n == s || strings.Contains(n, s) && len(n) < 2*len(s)+8 || strings.Contains(s, n))
}
