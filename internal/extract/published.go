package extract

import (
	"slices"
	"strings"
	"time"
)

// publishedMetas and modifiedMetas are names of <meta> that pages use, most telling
// first.
var (
	publishedMetas = []string{"article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished", "publish-date", "publishdate", "parsely-pub-date", "sailthru.date",
		"cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued", "dc.date", "dc.date.created", "dcterms.created", "dcterms.date", "pubdate", "publication_date", "date", "publish_time", "article.published", "bt:pubdate", "ptime", "article:original-publication-date", "datecreated"}
	modifiedMetas = []string{"article:modified_time", "og:article:modified_time", "article:modified", "og:modified_time", "datemodified", "og:updated_time", "article:updated_time", "last-modified", "lastmod", "dcterms.modified", "dc.date.modified", "revision_date", "last_updated_date", "article.updated"}
)

// chooseDates returns when the article was published and last modified as the page
// states it, zero when it does not. Where several statements agree on the day, one
// with a clock wins over one without; where they agree on the clock, one with a zone.
func chooseDates(f *facts, ld ldNode, blocks []block, headline, lang string) (published, modified time.Time) {
	metas := f.all(publishedMetas)
	published = statedDate(lang, ld.str("datePublished"), metas)
	published = refine(published, firstDate(lang, metas...))
	metas = f.all(modifiedMetas)
	modified = statedDate(lang, ld.str("dateModified"), metas)
	if m := firstDate(lang, metas...); modified.Equal(published) && m.After(modified) { // the data of the article was not kept up
		modified = m
	} else {
		modified = refine(modified, m)
	}
	p, m := markedDates(f, lang)
	published, modified = refine(published, p), refine(modified, m)
	published, modified = refine(published, f.ld.pageDate(lang, "datePublished")), refine(modified, f.ld.pageDate(lang, "dateModified"))
	if published.IsZero() {
		published = firstDate(lang, ld.str("dateCreated"), ld.str("uploadDate"))
	}
	sp, sm := shownDates(blocks, headline, lang)
	if published.IsZero() {
		published = sp
	}
	if modified.IsZero() {
		modified = sm
	}
	return published, modified
}

// statedDate reads a date that may lack a zone, and takes that of another statement of
// the same clock.
func statedDate(lang, date string, others []string) time.Time {
	t := parseDate(date, lang)
	if t.IsZero() || withoutZone(date) != date {
		return t
	}
	for _, o := range others {
		if bare := withoutZone(o); bare != o && parseDate(bare, lang).Truncate(time.Second).Equal(t.Truncate(time.Second)) {
			return parseDate(o, lang)
		}
	}
	return t
}

// withoutZone cuts the zone off a machine-written date with a clock.
func withoutZone(date string) string {
	clock := strings.LastIndexByte(date, ':')
	if clock < 0 {
		return date
	}
	if i := strings.LastIndexAny(date, "+-"); i > 10 && (clock < i || clock == i+3) {
		return strings.TrimSpace(date[:i])
	}
	return strings.TrimSuffix(date, "Z")
}

// pageDate is what the structured data says of the page that the article stands on.
func (g *ldGraph) pageDate(lang, key string) time.Time {
	for _, n := range g.nodes {
		if n.is("webpage") {
			return parseDate(n.str(key), lang)
		}
	}
	return time.Time{}
}

// all returns the values of some metas in the order of their names.
func (f *facts) all(keys []string) []string {
	var out []string
	for _, k := range keys {
		out = append(out, f.metas[k]...)
	}
	return out
}

// firstDate is the first of some texts that is a date.
func firstDate(lang string, ss ...string) time.Time {
	for _, s := range ss {
		if t := parseDate(s, lang); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// refine takes the second date when the first is missing or lacks a clock on the
// same day.
func refine(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	h, m, s := a.Clock()
	if h+m+s == 0 && !b.IsZero() && b.Sub(a).Abs() < 24*time.Hour {
		return b
	}
	return a
}

// markedDates reads <time> and itemprop marks. The first mark outside lists of other
// articles is the article's own.
func markedDates(f *facts, lang string) (published, modified time.Time) {
	for _, t := range f.times {
		if t.zone.has(inAside | inNav | inFooter | inPromo | inComments | hidden) {
			continue
		}
		d := firstDate(lang, t.value, t.text)
		if d.IsZero() {
			continue
		}
		prop := strings.ToLower(t.prop)
		switch {
		case prop == "datemodified" || saysUpdated(t.text):
			if modified.IsZero() {
				modified = d
			}
		case prop == "datepublished" || published.IsZero() && prop == "":
			if published.IsZero() || prop != "" {
				published = d
			}
		}
	}
	return published, modified
}

// updatedWords open a date of change, in the eight languages.
var updatedWords = []string{"updated", "last modified", "aktualisiert", "mis à jour", "modifié", "actualizado", "atualizado", "aggiornato", "оновлено", "обновлено", "uppdaterad", "opdateret", "oppdatert"}

// saysUpdated reports whether a date line speaks of a change.
func saysUpdated(s string) bool {
	s = strings.ToLower(s)
	for _, w := range updatedWords {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// shownDates reads the date lines around the headline: short blocks that are little
// but a date.
func shownDates(blocks []block, headline, lang string) (published, modified time.Time) {
	at := headlineAt(blocks, headline)
	if at < 0 {
		at = max(0, slices.IndexFunc(blocks, func(b block) bool { return b.tag == "h1" && !b.zone.has(hidden|inNav) }))
	}
	for i := max(0, at-6); i < len(blocks) && i < at+20; i++ {
		b := blocks[i]
		if b.words > 25 || b.zone.has(hidden|inNav|inFooter) {
			continue
		}
		text := b.text
		if saysUpdated(text) {
			cut := updatedAt(text)
			if m := parseDate(text[cut:], lang); modified.IsZero() {
				modified = m
			}
			text = text[:cut]
		}
		if p := parseDate(text, lang); published.IsZero() {
			published = p
		}
	}
	return published, modified
}

// updatedAt is where the first word of change begins.
func updatedAt(s string) int {
	low := strings.ToLower(s)
	if len(low) != len(s) {
		return 0
	}
	at := len(s)
	for _, w := range updatedWords {
		if i := strings.Index(low, w); i >= 0 {
			at = min(at, i)
		}
	}
	return at
}
