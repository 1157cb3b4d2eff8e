package extract

import (
	"encoding/json"
	"html"
	"strings"
)

// Bounds on structured data: no page needs more, and a hostile one gets no more.
const (
	maxJSONBytes = 1 << 20 // of all scripts together
	maxJSONMarks = 50_000  // brackets and commas, so that what is decoded is no larger than the page
	maxJSONNodes = 5_000
	maxJSONDepth = 12
)

// ldNode is an object of the page's structured data (schema.org as JSON-LD).
type ldNode map[string]any

// ldGraph is all structured data of a page.
type ldGraph struct {
	nodes []ldNode
	byID  map[string]ldNode // the fullest object of each @id, to follow references
	left  int
}

// readLD gathers the objects of the given scripts.
func readLD(scripts []string) *ldGraph {
	g := &ldGraph{byID: map[string]ldNode{}, left: maxJSONNodes}
	bytes, marks := 0, 0
	for _, s := range scripts {
		bytes += len(s)
		if bytes > maxJSONBytes {
			break
		}
		if marks += strings.Count(s, ",") + strings.Count(s, "[") + 4*strings.Count(s, "{"); marks > maxJSONMarks {
			break
		}
		g.gather(decodeLD(s), 0)
	}
	return g
}

// partsOfOthers are properties whose objects are other works than the page's own.
var partsOfOthers = map[string]bool{
	"hasPart": true, "mentions": true, "citation": true, "itemListElement": true, "relatedLink": true,
	"liveBlogUpdate": true, "comment": true, "comments": true, "about": true, "subjectOf": true, "workExample": true,
	"review": true, "video": true, "image": true, "potentialAction": true, "blogPost": true, "significantLink": true,
}

// gather lists objects in document order, outer before inner.
func (g *ldGraph) gather(v any, depth int) {
	if depth > maxJSONDepth || g.left <= 0 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			g.gather(e, depth+1)
		}
	case map[string]any:
		g.left--
		n := ldNode(v)
		if id := n.str("@id"); id != "" && len(v) > len(g.byID[id]) {
			g.byID[id] = n
		}
		g.nodes = append(g.nodes, n)
		for _, k := range sortedKeys(v) {
			if !partsOfOthers[k] {
				g.gather(v[k], depth+1)
			}
		}
	}
}

// articleTypes are the schema.org types of articles, best first.
var articleTypes = map[string]int{
	"liveblogposting": 6, "newsarticle": 5, "reportagenewsarticle": 5, "analysisnewsarticle": 5, "opinionnewsarticle": 5,
	"backgroundnewsarticle": 5, "reviewnewsarticle": 5, "asknewsarticle": 5, "satiricalarticle": 5, "advertisercontentarticle": 4,
	"article": 4, "blogposting": 4, "report": 3, "techarticle": 3, "scholarlyarticle": 3, "review": 2, "socialmediaposting": 2, "creativework": 1, "webpage": 0,
}

// article returns the object that describes the page's article, nil when there is
// none.
func (g *ldGraph) article() ldNode {
	var best ldNode
	rank := 0
	for _, n := range g.nodes {
		r := 0
		for _, t := range n.types() {
			r = max(r, 4*articleTypes[t])
		}
		if r == 0 {
			continue
		}
		for _, k := range []string{"headline", "datePublished", "articleBody"} {
			if n[k] != nil {
				r++
			}
		}
		if r > rank {
			best, rank = n, r
		}
	}
	return best
}

// has reports whether any object is of a type.
func (g *ldGraph) has(t string) bool {
	for _, n := range g.nodes {
		if n.is(t) {
			return true
		}
	}
	return false
}

// paid reports whether an article, or a part of it, is not free to read.
func (g *ldGraph) paid(n ldNode) bool {
	if n == nil {
		return false
	}
	if isFalse(n["isAccessibleForFree"]) {
		return true
	}
	parts, _ := n["hasPart"].([]any)
	if one, ok := n["hasPart"].(map[string]any); ok {
		parts = []any{one}
	}
	for _, p := range parts[:min(len(parts), 50)] {
		if part, ok := p.(map[string]any); ok && part["cssSelector"] != nil && isFalse(part["isAccessibleForFree"]) {
			return true
		}
	}
	return false
}

// resolve follows a reference by @id.
func (g *ldGraph) resolve(n ldNode) ldNode {
	if full, ok := g.byID[n.str("@id")]; ok && len(n) <= 2 {
		return full
	}
	return n
}

// types are the object's types in lower case, without their prefix.
func (n ldNode) types() []string {
	var out []string
	for _, t := range texts(n["@type"]) {
		t = strings.ToLower(t[strings.LastIndexAny(t, "/:")+1:])
		out = append(out, t)
	}
	return out
}

// is reports whether the object has a type.
func (n ldNode) is(t string) bool {
	for _, have := range n.types() {
		if have == t {
			return true
		}
	}
	return false
}

// isArticle reports whether the object is an article rather than a mere page.
func (n ldNode) isArticle() bool {
	for _, t := range n.types() {
		if articleTypes[t] >= 2 {
			return true
		}
	}
	return false
}

// str is the first text of a property: entities decoded, tags and extra space gone.
func (n ldNode) str(key string) string {
	for _, s := range texts(n[key]) {
		if s = plain(clip(s)); s != "" {
			return s
		}
	}
	return ""
}

// plain makes one line of text of a value that may hold entities or tags.
func plain(s string) string {
	if strings.ContainsAny(s, "&<") {
		s = stripTags(html.UnescapeString(s))
	}
	return collapse(s)
}

// stripTags drops what looks like tags.
func stripTags(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 || i+1 >= len(s) {
			break
		}
		c := s[i+1]
		end := strings.IndexByte(s[i:], '>')
		if end < 0 || (c != '/' && c != '!' && (c|0x20 < 'a' || c|0x20 > 'z')) {
			b.WriteString(s[:i+1])
			s = s[i+1:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteByte(' ')
		s = s[i+end+1:]
	}
	b.WriteString(s)
	return b.String()
}

// texts flattens a value to its strings: a string, a list, or an object's @value or
// name.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, e := range v[:min(len(v), 50)] {
			if s, ok := e.(string); ok {
				out = append(out, s)
			} else if m, ok := e.(map[string]any); ok {
				out = append(out, texts(m)...)
			}
		}
		return out
	case map[string]any:
		for _, k := range []string{"@value", "name", "text"} {
			if s, ok := v[k].(string); ok {
				return []string{s}
			}
		}
	}
	return nil
}

// comments returns the texts of comments: "correction" holds a text, an address, or
// CorrectionComments, whose name is no more than a heading.
func comments(v any) []string {
	switch v := v.(type) {
	case []any:
		var out []string
		for _, e := range v[:min(len(v), 50)] {
			if _, nested := e.([]any); !nested {
				out = append(out, comments(e)...)
			}
		}
		return out
	case map[string]any:
		for _, k := range []string{"text", "description"} {
			if s, ok := v[k].(string); ok && s != "" {
				return []string{s}
			}
		}
	}
	return texts(v)
}

// decodeLD decodes a script, repairing what pages commonly get wrong. It returns nil
// when nothing can be made of it.
func decodeLD(s string) any {
	s = unwrapLD(s)
	if v, ok := decodeAll(s); ok {
		return v
	}
	if v, ok := decodeAll(repairJSON(s)); ok {
		return v
	}
	if strings.Contains(s, "&quot;") {
		if v, ok := decodeAll(repairJSON(html.UnescapeString(s))); ok {
			return v
		}
	}
	return nil
}

// decodeAll decodes one or several values in a row.
func decodeAll(s string) (any, bool) {
	d := json.NewDecoder(strings.NewReader(s))
	var all []any
	for {
		var v any
		if err := d.Decode(&v); err != nil {
			return all, len(all) > 0
		}
		all = append(all, v)
	}
}

// unwrapLD removes comment and CDATA marks around a script and what trails it.
func unwrapLD(s string) string {
	s = strings.TrimSpace(s)
	for _, mark := range []string{"//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "<!--", "//"} {
		s = strings.TrimSpace(strings.TrimPrefix(s, mark))
	}
	for _, mark := range []string{"//]]>", "/*]]>*/", "]]>", "-->", "//", ";"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, mark))
	}
	return s
}

// repairJSON mends raw control characters in strings, bad escapes, comments and
// commas before a closing bracket, the faults that templates make.
func repairJSON(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 64)
	inString := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case inString && c == '\\' && i+1 < len(s):
			if strings.IndexByte(`"\/bfnrtu`, s[i+1]) >= 0 {
				b.WriteByte(c)
			}
			i++
			b.WriteByte(s[i])
		case inString && c < 0x20:
			b.WriteByte(' ')
		case inString && c == '"' && !closesString(s[i+1:]):
			b.WriteString(`\"`)
		case c == '"':
			inString = !inString
			b.WriteByte(c)
		case !inString && c == ',' && closes(s[i+1:]):
		case !inString && c == '/' && strings.HasPrefix(s[i:], "/*"):
			end := strings.Index(s[i:], "*/")
			if end < 0 {
				return b.String()
			}
			i += end + 1
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// closesString reports whether a quote followed by rest ends a string: only there
// does JSON go on with a bracket, comma or colon.
func closesString(rest string) bool {
	rest = strings.TrimLeft(rest, " \t\r\n")
	return rest == "" || strings.IndexByte(",:}]", rest[0]) >= 0
}

// closes reports whether the next thing is a closing bracket or another comma.
func closes(rest string) bool {
	rest = strings.TrimLeft(rest, " \t\r\n")
	return rest == "" || strings.IndexByte(",}]", rest[0]) >= 0
}
