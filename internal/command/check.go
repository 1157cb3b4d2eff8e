package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"erratum/internal/report"
	"erratum/internal/summarize"
	"erratum/internal/watch"
)

// check looks at a page now and always answers.
func (r *Router) check(ctx context.Context, req Request) (Reply, error) {
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	if err := r.looks.take(req.Guild, r.o.Now()); err != nil {
		return Reply{}, err
	}
	res, err := r.o.Checks.CheckNow(ctx, w.Article)
	if err != nil {
		return Reply{}, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: **%s**.", quoted(title(w)), outcome(res.Outcome))
	if rep := res.Report; rep != nil && rep.Outcome == report.Changed {
		if lead := summarize.Compose(rep).Headline(); lead != "" {
			fmt.Fprintf(&b, "\n> %s\n", report.Escape(lead))
		}
	}
	last := b.String()
	if !strings.HasSuffix(last, "\n") {
		b.WriteByte(' ')
	}
	switch res.Outcome {
	case watch.OutChanged, watch.OutReverted:
		b.WriteString("`diff` shows it in full.")
	default:
		fmt.Fprintf(&b, "%s Next check %s.", report.Escape(sentence(res.Reason)), r.soon(res.Next))
	}
	return Reply{Text: b.String()}, nil
}

// outcome is what a check found, for people.
func outcome(o watch.Outcome) string {
	switch o {
	case watch.OutBaseline:
		return "seen for the first time"
	case watch.OutUnchanged, watch.OutNotModified:
		return "no change"
	case watch.OutCosmetic:
		return "no change of meaning"
	case watch.OutHeld:
		return "something changed, waiting to be confirmed"
	case watch.OutVariant:
		return "no change, a variant of the page"
	case watch.OutReverted:
		return "an earlier text is back"
	case watch.OutGone:
		return "the page is not there"
	case watch.OutReturned:
		return "the page is back"
	case watch.OutMoved:
		return "the page moved"
	case watch.OutQuarantined:
		return "the page can't be read as an article now"
	case watch.OutUnreachable:
		return "the page can't be reached"
	case watch.OutRebaselined, watch.OutReread:
		return "read anew"
	default:
		return strings.ReplaceAll(string(o), "_", " ")
	}
}

// whyLines is how many lines the answer to why has at most.
const whyLines = 15

// why tells what the last checks saw.
func (r *Router) why(ctx context.Context, req Request) (Reply, error) {
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	visits, err := r.o.History.Visits(ctx, w.Article)
	if err != nil {
		return Reply{}, err
	}
	// What was seen before this guild came is not its business.
	visits = slices.DeleteFunc(visits, func(v watch.Visit) bool { return v.At.Before(w.Created) })
	if len(visits) == 0 {
		return Reply{Text: quoted(title(w)) + " has not been checked yet. `watch check` looks now."}, nil
	}
	var b strings.Builder
	lines := 0
	for i := 0; i < len(visits) && lines < whyLines; lines++ {
		n := run(visits[i:])
		fmt.Fprintf(&b, "- %s\n", r.visits(ctx, w, visits[i:i+n]))
		i += n
	}
	state, err := r.o.History.State(ctx, w.Article)
	if err != nil {
		return Reply{}, err
	}
	if state.Flat != "" {
		fmt.Fprintf(&b, "Read without layout: %s. What is taken for the article is less certain.\n", report.Escape(state.Flat))
	}
	with, err := r.toldWith(ctx, w)
	if err != nil {
		return Reply{}, err
	}
	blocks, err := r.muted(ctx, w)
	if err != nil {
		return Reply{}, err
	}
	b.WriteString(with + "Times are UTC, the newest first.\n" + r.mutes(w, blocks))
	reply := Reply{Title: "Last checks of " + title(w), Text: strings.TrimRight(b.String(), "\n")}
	reply.Next, reply.Picks = unmutes(w, blocks)
	return reply, nil
}

// toldWith names the page in whose alert the watch's newest change was told.
func (r *Router) toldWith(ctx context.Context, w watch.Watch) (string, error) {
	stories, err := r.o.Stories.Stories(ctx, w.Destination)
	if err != nil {
		return "", err
	}
	for _, s := range stories {
		for _, a := range s.Also {
			if a.Subject.Article == w.Article {
				return fmt.Sprintf("Told with %s, where the same edit was made.\n", quoted(firstOf(s.Subject.Headline, s.Subject.URL))), nil
			}
		}
	}
	return "", nil
}

// run counts how many visits from the first on found the same: what differs is what
// is looked for.
func run(visits []watch.Visit) int {
	quiet := func(v watch.Visit) bool { return v.Outcome == watch.OutUnchanged || v.Outcome == watch.OutNotModified }
	n := 1
	for n < len(visits) && visits[n].Revision == 0 &&
		(quiet(visits[0]) && quiet(visits[n]) || visits[n].Outcome == visits[0].Outcome && visits[n].Reason == visits[0].Reason) {
		n++
	}
	return n
}

// visits is a run of equal visits in a line, newest first.
func (r *Router) visits(ctx context.Context, w watch.Watch, run []watch.Visit) string {
	v := run[0]
	line := fmt.Sprintf("%s **%s**: %s", r.minute(v.At), outcome(v.Outcome), report.Escape(v.Reason))
	if len(run) > 1 {
		line += fmt.Sprintf(" (%d times since %s)", len(run), r.minute(run[len(run)-1].At))
	}
	if v.Outcome == watch.OutChanged || v.Outcome == watch.OutReverted {
		line += " · " + r.heard(ctx, w, v.Revision) + r.found(ctx, w, v.Revision)
	}
	return line
}

// whyChanges is how many changes of a revision why names.
const whyChanges = 3

// found names what the rules found in a revision against the one before, the gravest
// first, as far as its report is kept and the guild may see both.
func (r *Router) found(ctx context.Context, w watch.Watch, revision int) string {
	if revision <= max(w.First, 1) {
		return ""
	}
	rep, err := r.o.History.Change(ctx, w.Article, revision-1, revision, w.Choices())
	if err != nil {
		return "" // a report may be pruned; the visit still counts
	}
	var out []string
	for _, n := range rep.Notes {
		if n.State != report.NoteKept {
			out = append(out, fmt.Sprintf("%s %s (%s)", n.State, strings.ReplaceAll(string(n.Kind), "_", " "), firstOf(n.Rule, "markup")))
		}
	}
	for i := range rep.Changes {
		c := &rep.Changes[i]
		out = append(out, fmt.Sprintf("%s %s (%s)", c.Severity, c.Kind, c.Rule))
	}
	more := ""
	if n := len(out) - whyChanges; n > 0 {
		out, more = out[:whyChanges], fmt.Sprintf(" + %d more", n)
	}
	if len(out) == 0 {
		return ""
	}
	return "; found " + report.Escape(strings.Join(out, ", ")) + more
}

// heard says whether the watch's channel was told of a revision. It speaks of this
// watch only: how many others follow the article is nobody's business.
func (r *Router) heard(ctx context.Context, w watch.Watch, revision int) string {
	switch {
	case revision <= w.Told:
		return "told here"
	case revision <= w.Judged:
		return fmt.Sprintf("not told: too small for `alerts:%s`", w.Alerts)
	case w.Paused:
		return "not told: paused"
	case r.o.Now().Before(w.MutedUntil):
		return "not told: muted"
	default:
		return "not told yet" + r.hushed(ctx, w.Destination.Guild)
	}
}
