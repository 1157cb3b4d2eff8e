package command_test

import (
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
)

func TestDigest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wants(t, w.says("g", "digest"), "Nothing changed in the last 24 h.")
	w.do("g", "watch add | url="+bridge+" | alerts=notes")
	w.do("g", "watch add | url="+storm)
	w.do("g", "watch add | url="+ferry)
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	w.do("late", "watch add | url="+bridge)
	w.change(bridge, story("Bridge over the Sill closes for repairs", "4.8 million"))
	w.change(storm, story("Storm tears roofs off at Sill, 11 hurt", "11 people"))
	got := w.says("g", "digest")
	wants(t, got, "2 articles changed, last 24 h\n", "- **Bridge over the Sill closes for repairs** (The Sill Post): ", "(no note found) · + 1 other change",
		"- **Storm tears roofs off at Sill, 11 hurt** (The Sill Post): ", "`diff` and `history` show each in full.")
	lacks(t, got, "Ferry")
	// A guild's digest begins with its own first sight.
	late := w.says("late", "digest")
	wants(t, late, "1 article changed", "4.8 million")
	lacks(t, late, "other change", "2.4 million", "Storm")
	w.later(30 * time.Hour)
	wants(t, w.says("g", "digest"), "Nothing changed in the last 24 h.")
	wants(t, w.says("g", "digest | since=3d"), "2 articles changed, last 3 d")
	for typed, want := range map[string]string{
		"digest | since=0":                       "is not a time up to 31 days. Use a number with m, h or d",
		"digest | since=90d":                     "is not a time up to 31 days",
		"digest | schedule=sometimes":            "is not a time for digests: use daily 08:00",
		"digest | channel=news":                  "A channel is for digests that are sent by themselves.",
		"digest | schedule=8 | channel=no_where": "There is no such channel.",
	} {
		got := w.says("g", typed)
		one(t, got)
		wants(t, got, want)
	}
}

func TestDigestSchedule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "settings set | zone=Europe/Kyiv")
	wants(t, w.says("g", "digest | schedule=daily 8"), "A digest is sent in <#news> every day at 08:00 (Europe/Kyiv), the next one in 21 h.")
	wants(t, w.says("g", "settings show"), "- digest: every day at 08:00 in <#news>")
	wants(t, w.says("g", "digest | schedule=mon 9"), "every Mon at 09:00")
	w.says("g", "digest | schedule=daily 8")
	req := request("g", "digest | schedule=off")
	req.Manager = false
	wants(t, w.router.Do(t.Context(), req).Text, "is for those who manage what is watched here")
	s, err := w.store.Settings(t.Context(), "g")
	if err != nil || s.Digest != "daily 08:00" || s.DigestTo != "news" || !s.Digested.Equal(w.clock()) {
		t.Errorf("settings %+v, %v", s, err)
	}
	wants(t, w.says("g", "digest | schedule=off"), "No digest is sent any more")

	w.do("g", "watch add | url="+bridge)
	since := w.clock()
	if _, any, err := w.router.Digest(t.Context(), "g", since, since.Add(time.Hour)); any || err != nil {
		t.Errorf("a digest of nothing: %v", err)
	}
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	n, any, err := w.router.Digest(t.Context(), "g", since, w.clock().Add(time.Second))
	if err != nil || !any || n.Kind != alert.Digest || n.Subject.Headline != "Digest: 1 article changed" || !strings.Contains(n.Text, "3.1 million") {
		t.Errorf("%v, %v: %+v", any, err, n)
	}
	// What was told in one digest is not in the next.
	if _, any, err := w.router.Digest(t.Context(), "g", w.clock().Add(time.Second), w.clock().Add(time.Hour)); any || err != nil {
		t.Errorf("told again: %v", err)
	}
}
