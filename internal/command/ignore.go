package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/report"
	"erratum/internal/text"
	"erratum/internal/watch"
)

// shortName is how much of a block's ID names it for people.
const shortName = 5

func name(id mute.Key) string { return string(id[:min(len(id), shortName)]) }

// muted lists the blocks that a machine changes and those that stand on other articles
// of the site, as far as a watch may know of them: what was seen before it came is not
// its business.
func (r *Router) muted(ctx context.Context, w watch.Watch) ([]mute.Mute, error) {
	state, err := r.o.History.State(ctx, w.Article)
	if err != nil || state.Last == 0 {
		return nil, err
	}
	all := slices.DeleteFunc(state.Unrest.Muted(), func(m mute.Mute) bool { return m.Last.Before(w.Created) })
	shared, err := r.shared(ctx, w, state)
	if err != nil {
		return nil, err
	}
	for _, m := range shared {
		if !slices.ContainsFunc(all, func(x mute.Mute) bool { return x.ID == m.ID }) {
			all = append(all, m)
		}
	}
	for i := range all {
		if all[i].Since.Before(w.Created) {
			all[i].Since = w.Created
		}
	}
	return all, nil
}

// shared lists the blocks that stand on other articles of the site, too.
func (r *Router) shared(ctx context.Context, w watch.Watch, state watch.State) ([]mute.Mute, error) {
	rev, err := r.o.History.Revision(ctx, w.Article, state.Last)
	if err != nil {
		return nil, err
	}
	pages, err := r.o.History.Neighbours(ctx, w.Article)
	if err != nil {
		return nil, err
	}
	self, ok := mute.Look(w.Article, rev.Article, r.o.Now())
	if !ok {
		return nil, nil
	}
	return mute.NewCommon(self, pages).Shared(rev.Article), nil
}

// mutes says in lines what is muted on a page and what a watch ignores.
func (r *Router) mutes(w watch.Watch, blocks []mute.Mute) string {
	var b strings.Builder
	for i, m := range blocks[:min(len(blocks), whyLines)] {
		if i == 0 {
			b.WriteString("Muted on this page (`watch unmute` tells of a block here):\n")
		}
		fmt.Fprintf(&b, "- `%s` %s %s, since %s", name(m.ID), quoted(m.Text), m.Reason.Words(), r.minute(m.Since))
		if slices.Contains(w.Unmuted, m.ID) {
			b.WriteString("; told here all the same")
		}
		b.WriteByte('\n')
	}
	return b.String() + r.rules(w)
}

// offeredBlocks is how many muted blocks why offers to tell of by one press; where there
// are more, all are in a menu.
const offeredBlocks = 4

// unmutes offers to tell of muted blocks, the newest first: they are what one asks about.
func unmutes(w watch.Watch, blocks []mute.Mute) ([]Action, []Pick) {
	var next, all []Action
	for _, m := range slices.Backward(blocks) {
		if slices.Contains(w.Unmuted, m.ID) {
			continue
		}
		a := Action{Label: m.Text, Detail: m.Reason.Words(), Name: "watch unmute", Args: map[string]string{"article": w.ID, "block": name(m.ID)}}
		all = append(all, a)
		if len(next) < offeredBlocks {
			a.Label = "Tell of “" + clip(m.Text, 40) + "”"
			next = append(next, a)
		}
	}
	if len(all) == len(next) {
		return next, nil
	}
	return next, picks("Tell of a muted block", all)
}

// unignores offers to tell again of what is ignored.
func unignores(w watch.Watch) []Pick {
	var out []Action
	for _, rule := range w.Ignore {
		out = append(out, Action{Label: firstOf(rule.Pattern, rule.Text), Name: "watch ignore", Args: map[string]string{"article": w.ID, "remove": name(rule.ID)}})
	}
	return picks("Tell of it again", out)
}

// rules says in lines what a watch ignores.
func (r *Router) rules(w watch.Watch) string {
	if len(w.Ignore) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("Ignored here:\n")
	for _, rule := range w.Ignore {
		fmt.Fprintf(&b, "- `%s` %s, since %s\n", name(rule.ID), ruleWords(rule), r.minute(rule.Since))
	}
	return b.String()
}

func ruleWords(rule mute.Rule) string {
	switch {
	case rule.Pattern != "":
		return "what matches “" + report.Escape(rule.Pattern) + "”"
	case rule.ID == mute.Headline:
		return "the headline"
	case rule.ID == mute.Dek:
		return "the line below the headline"
	}
	return "the block " + quoted(rule.Text)
}

// unmute makes a watch hear of a block again.
func (r *Router) unmute(ctx context.Context, req Request) (Reply, error) {
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	blocks, err := r.muted(ctx, w)
	if err != nil {
		return Reply{}, err
	}
	typed := req.Args["block"]
	i, err := pick(typed, len(blocks)+len(w.Ignore), func(i int) (mute.Key, string) {
		if i < len(blocks) {
			return blocks[i].ID, blocks[i].Text
		}
		rule := w.Ignore[i-len(blocks)]
		return rule.ID, firstOf(rule.Pattern, rule.Text)
	})
	if err != nil {
		return Reply{}, err
	}
	if i >= len(blocks) {
		return r.forgetRule(ctx, req, w, w.Ignore[i-len(blocks)])
	}
	m := blocks[i]
	w, err = r.o.Watches.EditWatch(ctx, req.Guild, w.ID, time.Time{}, func(w *watch.Watch) error {
		if slices.Contains(w.Unmuted, m.ID) {
			return nil
		}
		if len(w.Unmuted) >= mute.MaxRules {
			return refuse("`watch ignore … block:NAME` mutes one again.", "That is too much: %d blocks are un-muted for %s already.", len(w.Unmuted), quoted(title(*w)))
		}
		w.Unmuted = append(slices.Clone(w.Unmuted), m.ID)
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: fmt.Sprintf("Changes of %s are told here from now on, for %s alone. `watch ignore … block:%s` mutes it again.", quoted(m.Text), quoted(title(w)), name(m.ID))}, nil
}

// ignore adds a rule to a watch, removes one, or lists them.
func (r *Router) ignore(ctx context.Context, req Request) (Reply, error) {
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	block, pattern, remove := req.Args["block"], req.Args["pattern"], req.Args["remove"]
	given := 0
	for _, s := range []string{block, pattern, remove} {
		if s != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return Reply{}, refuse("Use one of block, pattern and remove at a time.", "That asks for two things at once.")
	case block != "":
		return r.ignoreBlock(ctx, req, w, block)
	case pattern != "":
		return r.ignorePattern(ctx, req, w, pattern)
	case remove != "":
		i, err := pick(remove, len(w.Ignore), func(i int) (mute.Key, string) { return w.Ignore[i].ID, firstOf(w.Ignore[i].Pattern, w.Ignore[i].Text) })
		if err != nil {
			return Reply{}, err
		}
		return r.forgetRule(ctx, req, w, w.Ignore[i])
	case len(w.Ignore) == 0:
		return Reply{Text: "Nothing is ignored for " + quoted(title(w)) + ". `help watch ignore` shows how."}, nil
	default:
		return Reply{Title: title(w), Text: r.rules(w) + "`watch ignore … remove:NAME` tells of it again. Times are UTC.", Picks: unignores(w)}, nil
	}
}

// newest reads the text that a watch's page showed last, headline and dek before it.
func (r *Router) newest(ctx context.Context, w watch.Watch) (watch.State, []article.Block, error) {
	state, err := r.o.History.State(ctx, w.Article)
	if err != nil {
		return state, nil, err
	}
	if state.Last == 0 {
		return state, nil, refuse("`watch check` looks now.", "%s has not been read yet.", quoted(title(w)))
	}
	rev, err := r.o.History.Revision(ctx, w.Article, state.Last)
	if err != nil {
		return state, nil, err
	}
	a := rev.Article
	var lines []article.Block
	for _, l := range []article.Block{{Role: article.Headline, Text: a.Headline}, {Role: article.Dek, Text: a.Dek}} {
		if l.Text != "" {
			lines = append(lines, l)
		}
	}
	return state, append(lines, a.Blocks...), nil
}

// ignoreBlock makes a watch ignore one block of the page, or mutes again what it had
// un-muted.
func (r *Router) ignoreBlock(ctx context.Context, req Request, w watch.Watch, typed string) (Reply, error) {
	state, blocks, err := r.newest(ctx, w)
	if err != nil {
		return Reply{}, err
	}
	known, err := r.muted(ctx, w)
	if err != nil {
		return Reply{}, err
	}
	for _, m := range known {
		if slices.Contains(w.Unmuted, m.ID) && (strings.HasPrefix(string(m.ID), strings.ToLower(typed)) || strings.Contains(text.Loose(m.Text), text.Loose(typed))) {
			return r.muteAgain(ctx, req, w, m)
		}
	}
	i, err := pick(typed, len(blocks), func(i int) (mute.Key, string) { return idOf(state, blocks[i]), blocks[i].Text })
	if err != nil {
		return Reply{}, err
	}
	if blocks[i].Role == article.Note {
		return Reply{}, refuse("Name another block, or use `watch mute`.", "%s is an editor's note: those are always told.", quoted(blocks[i].Text))
	}
	rule := mute.BlockRule(idOf(state, blocks[i]), blocks[i].Text, r.o.Now())
	return r.addRule(ctx, req, w, rule, "")
}

// idOf is the ID by which a rule names a block of an article, its headline or its dek.
func idOf(state watch.State, b article.Block) mute.Key {
	switch b.Role {
	case article.Headline:
		return mute.Headline
	case article.Dek:
		return mute.Dek
	default:
		return state.Unrest.ID(mute.KeyOf(b.Text))
	}
}

func (r *Router) muteAgain(ctx context.Context, req Request, w watch.Watch, m mute.Mute) (Reply, error) {
	w, err := r.o.Watches.EditWatch(ctx, req.Guild, w.ID, time.Time{}, func(w *watch.Watch) error {
		w.Unmuted = slices.DeleteFunc(slices.Clone(w.Unmuted), func(id mute.Key) bool { return id == m.ID })
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: fmt.Sprintf("%s is muted for %s again.", quoted(m.Text), quoted(title(w)))}, nil
}

// ignorePattern makes a watch ignore what a pattern matches, and says how much that is.
func (r *Router) ignorePattern(ctx context.Context, req Request, w watch.Watch, pattern string) (Reply, error) {
	rule, err := mute.PatternRule(pattern, r.o.Now())
	if err != nil {
		return Reply{}, refuse("`help watch ignore` shows some.", "%s", report.Escape(sentence(err.Error())))
	}
	_, blocks, err := r.newest(ctx, w)
	if err != nil {
		return Reply{}, err
	}
	texts := make([]string, len(blocks))
	for i, b := range blocks {
		texts[i] = b.Text
	}
	return r.addRule(ctx, req, w, rule, fmt.Sprintf(" It matches in %d of %s now.", rule.Matches(texts), count(len(texts), "part of the page", "parts of the page")))
}

func (r *Router) addRule(ctx context.Context, req Request, w watch.Watch, rule mute.Rule, also string) (Reply, error) {
	w, err := r.o.Watches.EditWatch(ctx, req.Guild, w.ID, time.Time{}, func(w *watch.Watch) error {
		if slices.ContainsFunc(w.Ignore, func(x mute.Rule) bool { return x.ID == rule.ID }) {
			return refuse("`watch ignore …` lists what is.", "That is ignored for %s already.", quoted(title(*w)))
		}
		if len(w.Ignore) >= mute.MaxRules {
			return refuse("`watch ignore … remove:NAME` makes room.", "That is too much: %d rules ignore something of %s already.", len(w.Ignore), quoted(title(*w)))
		}
		w.Ignore = append(slices.Clone(w.Ignore), rule)
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: fmt.Sprintf("Ignoring %s for %s.%s `diff` and `history` still show it; `watch ignore … remove:%s` tells of it again.", ruleWords(rule), quoted(title(w)), also, name(rule.ID))}, nil
}

func (r *Router) forgetRule(ctx context.Context, req Request, w watch.Watch, rule mute.Rule) (Reply, error) {
	w, err := r.o.Watches.EditWatch(ctx, req.Guild, w.ID, time.Time{}, func(w *watch.Watch) error {
		w.Ignore = slices.DeleteFunc(slices.Clone(w.Ignore), func(x mute.Rule) bool { return x.ID == rule.ID })
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: fmt.Sprintf("No longer ignoring %s for %s.", ruleWords(rule), quoted(title(w)))}, nil
}

// pick finds which of n things a person means: by the beginning of its name, or by part
// of its text.
func pick(typed string, n int, thing func(i int) (mute.Key, string)) (int, error) {
	var hits []int
	var texts []string
	for i := range n {
		id, said := thing(i)
		byName := len(typed) >= shortName && strings.HasPrefix(string(id), strings.ToLower(typed))
		if byName || strings.Contains(text.Loose(said), text.Loose(typed)) {
			hits = append(hits, i)
			texts = append(texts, quoted(said))
		}
	}
	switch len(hits) {
	case 0:
		return 0, refuse("`why` lists what is muted or ignored; a block goes by any part of its text.", "Nothing here matches %s.", quoted(typed))
	case 1:
		return hits[0], nil
	default:
		return 0, refuse("Type more of it.", "%s matches %d: %s.", quoted(typed), len(hits), strings.Join(texts[:min(len(texts), 3)], ", "))
	}
}
