package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/summarize"
	"erratum/internal/watch"
)

const (
	digestLines = 15 // articles that a digest names
	digestLooks = 40 // newest revisions of an article that it looks at
	maxSince    = 31 * 24 * time.Hour
)

func digestSpec() Spec {
	return Spec{Name: "digest", Summary: "what changed in all watched articles, small changes included", Options: []Option{
		{Name: "since", Summary: "how far back to look, such as 12h or 7d (default 24h)"},
		{Name: "schedule", Summary: "send one by itself: daily 08:00 or mon 08:00, in the server's time zone; off ends it", Words: true, Write: true},
		{Name: "channel", Summary: "where to send it (default: here)", Kind: Channel, Write: true, Chat: true},
		publicOption,
	}, Examples: []string{"digest", "digest since:7d", "digest schedule:daily 08:00", "digest schedule:mon 09:00"}}
}

// digest tells what changed lately, or sets when that is told by itself.
func (r *Router) digest(ctx context.Context, req Request) (Reply, error) {
	if req.Args["schedule"] != "" {
		return r.scheduleDigest(ctx, req)
	}
	if req.Args["channel"] != "" {
		return Reply{}, refuse("Add `schedule:daily 08:00`, for example.", "A channel is for digests that are sent by themselves.")
	}
	d, err := watch.ParseDuration(firstOf(req.Args["since"], "24h"))
	if err != nil || d < time.Minute || d > maxSince {
		return Reply{}, refuse("Use a number with m, h or d, such as 12h.", "%s is not a time up to 31 days.", quoted(req.Args["since"]))
	}
	now := r.o.Now()
	found, err := r.changedSince(ctx, req.Guild, now.Add(-d), now.Add(time.Minute)) // the store's clock may be ahead
	if err != nil {
		return Reply{}, err
	}
	if found.none() {
		return Reply{Text: fmt.Sprintf("Nothing changed in the last %s.", ago(d))}, nil
	}
	return Reply{Title: found.heading() + ", last " + ago(d), Text: found.text()}, nil
}

// scheduleDigest sets when digests are sent, or that none are.
func (r *Router) scheduleDigest(ctx context.Context, req Request) (Reply, error) {
	if err := r.mayPost(ctx, req, firstOf(req.Args["channel"], req.Channel)); err != nil {
		return Reply{}, err
	}
	typed := req.Args["schedule"]
	s, err := r.o.Guilds.EditSettings(ctx, req.Guild, func(s *alert.Settings) (err error) {
		if isOff(typed) {
			s.Digest, s.DigestTo = "", ""
			return nil
		}
		if s.Digest, err = alert.ParseDigest(typed); err != nil {
			return refuse("", "%s", report.Escape(sentence(err.Error())))
		}
		s.DigestTo = firstOf(req.Args["channel"], req.Channel)
		s.Digested = r.o.Now() // what was before was not promised
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	if s.Digest == "" {
		return Reply{Text: "No digest is sent any more; `digest` shows one at any time."}, nil
	}
	return Reply{Text: fmt.Sprintf("A digest is sent %s %s (%s), the next one %s. When nothing changed, none is sent.",
		r.in(s.DigestTo), pace(s.Digest), report.Escape(firstOf(s.Zone, "UTC")), r.soon(s.NextDigest(r.o.Now())))}, nil
}

// pace is when digests are sent, in words.
func pace(digest string) string {
	day, at, _ := strings.Cut(digest, " ")
	if day == "daily" {
		return "every day at " + at
	}
	return "every " + strings.ToUpper(day[:1]) + day[1:] + " at " + at
}

// Digest makes the notice of a guild's changes between two times; false: there were
// none.
func (r *Router) Digest(ctx context.Context, guild string, since, until time.Time) (alert.Notice, bool, error) {
	found, err := r.changedSince(ctx, guild, since, until)
	if err != nil || found.none() {
		return alert.Notice{}, false, err
	}
	return alert.Notice{
		Kind: alert.Digest, Subject: alert.Subject{Headline: "Digest: " + found.heading()},
		FromAt: since, ToAt: until, Text: found.text(),
	}, true, nil
}

// digested is what happened in a guild's articles in a time.
type digested struct {
	changed []digestedArticle
	silent  int      // articles of which only form changed
	others  []string // lines about articles that are gone or can't be read
}

// digestedArticle is an article that changed.
type digestedArticle struct {
	title    string
	site     string
	severity report.Severity
	lead     string // of its gravest change
	noNote   bool   // no note was found for that one
	changes  int
	at       time.Time // of the newest
}

func (d digested) none() bool { return len(d.changed)+d.silent+len(d.others) == 0 }

// heading says how many articles changed.
func (d digested) heading() string {
	return count(len(d.changed), "article changed", "articles changed")
}

func (d digested) text() string {
	var b strings.Builder
	for _, a := range d.changed[:min(digestLines, len(d.changed))] {
		fmt.Fprintf(&b, "- **%s**", report.Escape(clip(a.title, 90)))
		if a.site != "" {
			fmt.Fprintf(&b, " (%s)", report.Escape(clip(a.site, 40)))
		}
		if a.lead != "" {
			b.WriteString(": " + report.Escape(a.lead))
		}
		if a.noNote {
			b.WriteString(" (no note found)")
		}
		if a.changes > 1 {
			fmt.Fprintf(&b, " · + %s", count(a.changes-1, "other change", "other changes"))
		}
		b.WriteByte('\n')
	}
	if n := len(d.changed) - digestLines; n > 0 {
		fmt.Fprintf(&b, "- and %s\n", count(n, "other article", "other articles"))
	}
	for _, line := range d.others {
		b.WriteString("- " + line + "\n")
	}
	if d.silent > 0 {
		fmt.Fprintf(&b, "Only form changed in %s.\n", count(d.silent, "article", "articles"))
	}
	b.WriteString("`diff` and `history` show each in full.")
	return b.String()
}

// changedSince looks at every article that a guild watches.
func (r *Router) changedSince(ctx context.Context, guild string, since, until time.Time) (digested, error) {
	all, err := r.o.Watches.Watches(ctx, guild)
	if err != nil {
		return digested{}, err
	}
	var out digested
	seen := map[string]bool{}
	for _, w := range all { // the oldest watch of an article sees most
		if seen[w.Article] {
			continue
		}
		seen[w.Article] = true
		if err := r.digestOne(ctx, w, since, until, &out); err != nil {
			return digested{}, err
		}
	}
	slices.SortStableFunc(out.changed, func(a, b digestedArticle) int {
		return cmp.Or(cmp.Compare(b.severity.Rank(), a.severity.Rank()), b.at.Compare(a.at))
	})
	return out, nil
}

func (r *Router) digestOne(ctx context.Context, w watch.Watch, since, until time.Time, out *digested) error {
	st, err := r.o.History.State(ctx, w.Article)
	if err != nil {
		return err
	}
	switch g, t := st.Gone, st.Trouble; {
	case st.Removed && g != nil && !g.ToldAt.Before(since):
		out.others = append(out.others, quoted(title(w))+": removed by the outlet")
	case t != nil && t.Told && !t.ToldAt.Before(since):
		out.others = append(out.others, fmt.Sprintf("%s: can't be read, %s", quoted(title(w)), report.Escape(t.Reason)))
	}
	first := max(w.First, 1)
	if st.Last <= first {
		return nil
	}
	revs, err := r.o.History.Revisions(ctx, w.Article, max(first+1, st.Last-digestLooks+1), st.Last)
	if err != nil {
		return err
	}
	a := digestedArticle{title: title(w), site: st.Site}
	silent := false
	for _, rev := range revs {
		switch at := rev.Confirmed; {
		case at.Before(since), !at.Before(until):
		case rev.Silent():
			silent = silent || rev.Label == article.Cosmetic
		default:
			r.digestRevision(ctx, w, st, rev, &a)
		}
	}
	switch {
	case a.changes > 0:
		out.changed = append(out.changed, a)
	case silent:
		out.silent++
	}
	return nil
}

// digestRevision adds a change to what is told of its article, unless it is nothing but
// what the watch ignores.
func (r *Router) digestRevision(ctx context.Context, w watch.Watch, st watch.State, rev article.Revision, a *digestedArticle) {
	c, err := r.heardOf(ctx, w, st, rev)
	if err == nil && len(c.ignored) > 0 && c.report.Outcome != report.Changed {
		return
	}
	a.changes++
	a.at = rev.Confirmed
	if err != nil {
		return // its report may be pruned; the change still counts
	}
	rep := c.report
	if lead := summarize.Compose(rep).Headline(); lead != "" && (a.lead == "" || rep.Severity.Rank() > a.severity.Rank()) {
		a.lead, a.severity, a.noNote = lead, rep.Severity, rep.Announced == report.AnnouncedNo
	}
}
