package watch

import (
	"fmt"
	"slices"
	"time"

	"erratum/internal/article"
	"erratum/internal/mute"
)

// Outlets test headlines on their readers while adverts take turns and edits go on
// below them, so that no two looks show the same text. Headlines are therefore known by
// themselves: one that was shown and taken back has to stand for longer before it is
// believed, whatever the text under it does, and until then the known one stands in its
// place.

// Looks in a row that must show a headline by itself, one more where the site says that
// it shows several. One that every third reader is shown stands in three looks by chance
// ten times a day.
const (
	freshLooks = 3  // of one that is new while the text below it never stands still
	triedLooks = 2  // so many more for each time that it was taken back
	mostLooks  = 10 // however often that was
)

// Trial is a headline that the page shows instead of the newest revision's.
type Trial struct {
	Key   mute.Key  `json:"key"`
	Since time.Time `json:"since"` // since when it stands
	Seen  time.Time `json:"seen"`  // when a look at it counted last
	Count int       `json:"count"` // looks apart from each other that showed it, and no other meanwhile
}

// titled names the headline of a text.
func titled(a *article.Article) mute.Key { return mute.KeyOf(headlineKey(a)) }

// observeHeadline counts a look at a headline, and remembers one that it shows taken back.
func (d *decision) observeHeadline(last, now *article.Article) {
	key, t := titled(now), d.state.Trial
	switch {
	case t != nil && t.Key == key && key != titled(last):
		if d.now.Sub(t.Seen) >= d.ConfirmMin {
			d.state.Trial = &Trial{Key: key, Since: t.Since, Seen: d.now, Count: t.Count + 1}
		}
		return
	case t != nil:
		d.takenBack(t)
	}
	if key == titled(last) {
		d.state.TitleSeen = d.now
		return
	}
	d.state.Trial = &Trial{Key: key, Since: d.now, Seen: d.now, Count: 1}
}

// takenBack ends a trial because another headline stands there now.
func (d *decision) takenBack(t *Trial) {
	d.state.Trial = nil
	back := Variant{Digest: string(t.Key), Seen: t.Seen, Times: 1}
	list := slices.Clone(d.state.Headlines)
	if i := d.taken(t.Key); i >= 0 {
		back.Times += list[i].Times
		list = slices.Delete(list, i, i+1)
	}
	d.state.Headlines = bounded(list, back, maxVariants)
}

// taken returns where a headline that was taken back before is remembered, or -1.
func (d *decision) taken(key mute.Key) int {
	return slices.IndexFunc(d.state.Headlines, func(v Variant) bool { return v.Digest == string(key) })
}

// onTrial reports whether a headline that is not the newest revision's has yet to show
// that it stays.
func (d *decision) onTrial(a *article.Article) bool {
	key, t := titled(a), d.state.Trial
	i := d.taken(key)
	switch {
	case i < 0 && !d.hasty:
		return false
	case i >= 0 && d.now.Sub(d.state.TitleSeen) > d.AlternateWindow:
		return false // the known one is gone, whichever others take turns
	case t == nil || t.Key != key || d.now.Sub(t.Since) < d.HeadlineApart:
		return true
	}
	looks := freshLooks
	if i >= 0 {
		looks += triedLooks * d.state.Headlines[i].Times
	}
	if d.look.reading.Varies {
		looks++
	}
	return t.Count < min(looks, mostLooks)
}

// stood reports whether a headline that was taken back before has shown that it stays,
// so that it needs no other look.
func (d *decision) stood(a *article.Article) bool { return d.taken(titled(a)) >= 0 && !d.onTrial(a) }

// settled is a text under the headline of an older one, when its own is on trial.
func (d *decision) settled(old, new *article.Article) *article.Article {
	if titled(old) == titled(new) || !d.onTrial(new) {
		return new
	}
	out := *new
	out.Headline = old.Headline
	return &out
}

// closeTrial makes a headline the known one. How often it was taken back is remembered:
// it may have passed its trial by chance, and be taken back again.
func (st *State) closeTrial(a *article.Article, now time.Time) {
	st.TitleSeen = now
	if st.Trial != nil && st.Trial.Key == titled(a) {
		st.Trial = nil
	}
}

// gaveWay remembers a headline that was believed and then gave way, alone, to one that was
// there before: it was a test that lasted, and is taken back as any.
func (d *decision) gaveWay(last, now *article.Article) {
	before := d.past(now.Digest(), d.state.Last) > 0 || d.taken(titled(now)) >= 0
	if before && d.headlineOnly(last, d.calmed(last, now)) {
		d.takenBack(&Trial{Key: titled(last), Seen: d.now})
	}
}

// trialWords says that nothing changed but a headline on trial.
func (d *decision) trialWords(a *article.Article) string {
	n := 0
	if i := d.taken(titled(a)); i >= 0 {
		n = d.state.Headlines[i].Times
	}
	return fmt.Sprintf("a headline that the page showed and took back %s; told if it stays", times(n))
}
