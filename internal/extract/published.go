package extract

import (
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
// with a clock wins over one without.
func chooseDates(f *facts, ld ldNode, blocks []block, lang string) (published, modified time.Time) {
	published = firstDate(lang, ld.str("datePublished"))
	published = refine(published, firstDate(lang, f.all(publishedMetas)...))
	modified = firstDate(lang, ld.str("dateModified"))
	modified = refine(modified, firstDate(lang, f.all(modifiedMetas)...))
	p, m := markedDates(f, lang)
	published, modified = refine(published, p), refine(modified, m)
	if published.IsZero() {
		published = firstDate(lang, ld.str("dateCreated"), ld.str("uploadDate"))
	}
	sp, sm := shownDates(blocks, lang)
	if published.IsZero() {
		published = sp
	}
	if modified.IsZero() {
		modified = sm
	}
	return published, modified
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
func shownDates(blocks []block, lang string) (published, modified time.Time) {
	at := 0
	for i, b := range blocks {
		if b.tag == "h1" && !b.zone.has(hidden|inNav) {
			at = i
			break
		}
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
