package extract

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// maxBylines bounds the authors of one article.
const maxBylines = 20

// authorMetas are the names of <meta> that hold authors, most reliable first.
var authorMetas = []string{"article:author", "author", "article:author_name", "parsely-author", "sailthru.author", "og:author", "og:article:author",
	"byl", "dc.creator", "dcterms.creator", "cxenseparse:author", "mrf:authors", "articleauthor", "author_name"}

// chooseBylines returns the people or desks that a page names as authors. A person
// named anywhere wins over an organisation, and any over the outlet naming itself.
func chooseBylines(f *facts, ld ldNode, blocks []block, headline string, outlet []string) []string {
	stated, organised := ldAuthors(f.ld, ld)
	var sources [][]string
	if !organised {
		sources = append(sources, stated)
	}
	for _, k := range authorMetas {
		sources = append(sources, f.metas[k])
	}
	shown := newBylineReader(blocks, headline, outlet)
	var desks []string
	for _, raw := range append(sources, f.labelled(), shown.read(f)) {
		names := cleanNames(raw)
		people := slices.DeleteFunc(slices.Clone(names), func(s string) bool { return isOutlet(s, outlet) })
		if len(people) > 0 {
			return shown.complete(people)
		}
		if len(desks) == 0 {
			desks = names
		}
	}
	if organised {
		return firstNames(cleanNames(stated), desks)
	}
	return desks
}

// firstNames returns the first list that is not empty.
func firstNames(lists ...[]string) []string {
	for _, l := range lists {
		if len(l) > 0 {
			return l
		}
	}
	return nil
}

// labelled reads the label and data pairs of Twitter cards ("Written by").
func (f *facts) labelled() []string {
	for _, n := range []string{"1", "2"} {
		label := strings.ToLower(f.first("twitter:label" + n))
		for _, w := range []string{"written by", "verfasst von", "geschrieben von", "écrit par", "escrito por", "scritto da", "автор", "author"} {
			if strings.HasPrefix(label, w) {
				return f.metas["twitter:data"+n]
			}
		}
	}
	return nil
}

// ldAuthors reads author (or creator) of the article's structured data, and whether
// all of them are organisations.
func ldAuthors(g *ldGraph, ld ldNode) (names []string, organised bool) {
	people := 0
	var add func(v any, depth int)
	add = func(v any, depth int) {
		switch v := v.(type) {
		case string:
			names = append(names, v)
			people++
		case []any:
			for _, e := range v[:min(len(v), maxBylines)] {
				if depth < 3 {
					add(e, depth+1)
				}
			}
		case map[string]any:
			n := g.resolve(ldNode(v))
			name := firstOf(n.str("name"), n.str("givenName")+" "+n.str("familyName"))
			if name == "" {
				return
			}
			names = append(names, name)
			if !n.is("organization") && !n.is("newsmediaorganization") {
				people++
			}
		}
	}
	add(ld["author"], 0)
	if len(names) == 0 {
		add(ld["creator"], 0)
	}
	return names, len(names) > 0 && people == 0
}

// byWords open a byline, in the languages of news pages that were seen.
var byWords = []string{"by ", "von ", "von: ", "par ", "por ", "di ", "de ", "автор: ", "автор ", "av ", "af ", "door ", "text: ", "autor: ", "redaktion: ", "written by ", "reported by "}

// afterBy returns what follows the opening word of a byline.
func afterBy(s string) (string, bool) {
	low := strings.ToLower(strings.ReplaceAll(s, "\u00A0", " ")) + " "
	for _, w := range byWords {
		if strings.HasPrefix(low, w) && len(w) <= len(s)+1 {
			rest := strings.TrimSpace(strings.ReplaceAll(s, "\u00A0", " ")[min(len(w), len(s)):])
			return rest, rest == "" || isName(firstName(beforeDate(rest))) || isAgency(firstName(rest))
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
var andWords = []string{" and ", " und ", " et ", " y ", " e ", " og ", " och ", " & ", " та ", " и ", " i ", " en ", " / ", "/"}

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
	if i := strings.IndexAny(s, "(["); i >= 0 {
		s = s[:i]
	}
	s = strings.TrimSuffix(strings.Trim(s, " \t\u00A0,;:|/•·–—-.@"), " 기자") // a reporter
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
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(";|•·、，", r) })
	var out []string
	for _, p := range parts {
		p = strings.TrimSpace(p)
		if rest, ok := afterBy(p); ok {
			p = rest
		}
		out = append(out, splitAt(beforeDate(p))...)
	}
	return out
}

// beforeDate leaves out a date that follows a name in its line: "Mara Okafor, 14 January".
func beforeDate(s string) string {
	i := strings.IndexFunc(s, unicode.IsDigit)
	if i < 0 {
		return s
	}
	words := strings.Fields(s[:i])
	for len(words) > 0 {
		last := strings.Trim(words[len(words)-1], ",|–—-")
		_, month := monthOf(last)
		if !month && last != "" && last != strings.ToLower(last) {
			break
		}
		words = words[:len(words)-1] // the month, or "on"
	}
	name := strings.TrimRight(strings.Join(words, " "), ",|–—- ")
	if !isName(firstName(name)) || gluesMonth(name) {
		return s
	}
	return name
}

// gluesMonth reports whether a month is written to the end of a name without a space.
func gluesMonth(name string) bool {
	low := strings.ToLower(name)
	for m := range months {
		if len(m) >= 4 && strings.HasSuffix(low, m) {
			return true
		}
	}
	return false
}

// splitAt cuts at commas, then at the last "and".
func splitAt(s string) []string {
	var parts []string
	for p := range strings.SplitSeq(s, ",") {
		parts = append(parts, splitAnd(strings.TrimSpace(p))...)
	}
	names := slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return !isName(p) })
	switch {
	case len(parts) == 1:
		return parts
	case len(names) == 0 && isAgency(parts[0]) && strings.HasPrefix(parts[1], "in "): // "TPN, in Business"
		return parts[:1]
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

// agencies sign with one word.
var agencies = wordSet("afp ap apa ansa dpa efe epd kna sid sda ats keystone-sda reuters tass xinhua kyodo belga anp ntb ritzau tt stt bns pap ctk čtk mti tanjug ukrinform interfax interfax-ukraine lusa agerpres bta upi pti ani ians aap nzme cp europapress adnkronos apcom askanews")

// isAgency reports whether a word is the name of an agency, or initials in capitals, as
// desks sign.
func isAgency(s string) bool {
	if agencies[strings.ToLower(s)] {
		return true
	}
	n := runes(s)
	return n >= 2 && n <= 5 && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsUpper(r) })
}

// isOutlet reports whether a name is the outlet's own, or begins with it as those of
// its desks do. "outlet/abc" signs for a person.
func isOutlet(name string, outlet []string) bool {
	if _, initials, ok := strings.Cut(name, "/"); ok && initials != "" && initials == strings.ToLower(initials) {
		return false
	}
	n := tokens(name)
	for _, o := range outlet {
		own := tokens(o)
		if len(own) == 0 || len(n) == 0 {
			continue
		}
		a, b := strings.Join(n, ""), strings.Join(own, "")
		glued := len(n) < len(own) || strings.ContainsFunc(name, unicode.IsDigit) // its name and a date without a space
		if strings.Contains(b, a) || strings.HasPrefix(a, b) && (glued || slices.Equal(n[:len(own)], own)) {
			return true
		}
		if !isName(name) && strings.Contains(" "+strings.Join(n, " ")+" ", " "+strings.Join(own, " ")+" ") {
			return true
		}
	}
	return false
}

// outletNames are what an outlet may call itself: its name, the label of its host, and
// an author that gives the host as an address.
func outletNames(site string, page *url.URL, f *facts) []string {
	out := []string{site}
	if page != nil {
		host := strings.TrimPrefix(page.Hostname(), "www.")
		for _, k := range authorMetas {
			for _, s := range f.metas[k] {
				if strings.Contains(s, host) {
					out = append(out, cleanName(s))
				}
			}
		}
		labels := strings.Split(host, ".")
		if len(labels) > 1 {
			out = append(out, labels[0])
		}
	}
	return out
}
