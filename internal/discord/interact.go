package discord

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/command"
)

const (
	maxWaiting  = 256 // events that wait for a worker; more are dropped: their 3 s are over
	maxWorking  = 64
	replyRoutes = 64 // buckets that answers share: one for each would be kept for ever
)

// enqueue hands an event of the gateway to the workers. It never waits.
func (b *Bot) enqueue(e event) {
	select {
	case b.events <- e:
	default:
		b.o.Log.Warn("too many events at once; one was dropped")
	}
}

// work answers events until ctx ends, then waits for the answers under way.
func (b *Bot) work(ctx context.Context, app string) {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var workers sync.WaitGroup
	free := make(chan struct{}, maxWorking)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case e := <-b.events:
			select {
			case <-ctx.Done():
			case free <- struct{}{}:
				workers.Go(func() {
					defer func() { <-free }()
					b.handle(working, app, e)
				})
			}
		}
	}
	grace := time.AfterFunc(b.o.Grace, cancel)
	defer grace.Stop()
	workers.Wait()
}

// interact answers one interaction.
func (b *Bot) interact(ctx context.Context, c *call) {
	switch c.i.Type {
	case discordgo.InteractionApplicationCommand:
		if isMenu(c.i) {
			b.menu(ctx, c)
			return
		}
		b.command(ctx, c)
	case discordgo.InteractionApplicationCommandAutocomplete:
		b.complete(ctx, c)
	case discordgo.InteractionMessageComponent:
		b.press(ctx, c)
	case discordgo.InteractionModalSubmit:
		b.submit(ctx, c)
	default:
		b.o.Log.Warn("an interaction of a kind that is not used here", "type", c.i.Type.String())
	}
}

const notHere = "I only work in servers. Invite me to one, then use me in a channel there."

func (b *Bot) command(ctx context.Context, c *call) {
	req, _, err := decode(c.i)
	if err != nil {
		c.answer(ctx, false, func(context.Context) answer { return text(notHere) })
		return
	}
	if req.Name == "watch import" && req.Args["file"]+req.Args["list"] == "" {
		c.ask(ctx, req)
		return
	}
	wanted := req.Args["public"] == "true"
	c.public = wanted && maySpeak(c.i)
	c.answer(ctx, fetches(req.Name), func(ctx context.Context) answer {
		if sorry := b.attach(ctx, c.i, &req); sorry != "" {
			return text(sorry)
		}
		switch {
		case req.Name == setupSpec.Name:
			if _, theirs := command.Find(setupSpec.Name); !theirs {
				return b.setup(ctx, b.manager(ctx, c.i, req), c.i)
			}
		case b.speaksHere(ctx, req):
			// A watch whose alerts can't be shown is worse than none.
			if lacks := b.missing(ctx, c.i); len(lacks) > 0 {
				return text(lacking("here", lacks))
			}
		}
		a := b.do(ctx, b.manager(ctx, c.i, req))
		if wanted && !c.public && !a.refused {
			a.content = strings.TrimSpace("Only you see this: you may not write in this channel.\n" + a.content)
		}
		return a
	})
}

// maySpeak reports whether who asked may write in the channel: nobody else has the bot
// write there.
func maySpeak(i *discordgo.Interaction) bool {
	return i.Member.Permissions&(discordgo.PermissionSendMessages|discordgo.PermissionAdministrator) != 0
}

// speaksHere reports whether a command has something told in the channel of the command
// that may not have been told there before.
func (b *Bot) speaksHere(ctx context.Context, req command.Request) bool {
	channel := req.Args["channel"]
	if req.Name == "watch edit" {
		return channel != "" && channel == req.Channel
	}
	if !slices.Contains([]string{"watch add", "watch feed", "watch import"}, req.Name) {
		return false
	}
	if channel == "" && b.o.Settings != nil {
		if s, err := b.o.Settings(ctx, req.Guild); err == nil {
			channel = s.Channel
		}
	}
	return channel == "" || channel == req.Channel
}

// do asks the router. Every edit of a change is shown in lines of before and after,
// which need no knowledge of marks; what has no report is shown as the router writes
// it.
func (b *Bot) do(ctx context.Context, req command.Request) answer {
	r := b.o.Router.Do(ctx, req)
	if r.Pre != "" && r.Notice != nil && r.Notice.Report != nil && len(r.Notice.Report.Hunks) > 0 {
		a := everyEdit(*r.Notice)
		a.offer(r)
		return a
	}
	if _, theirs := command.Find(setupSpec.Name); req.Name == "help" && req.Args["command"] == "" && !theirs {
		r.Text = fmt.Sprintf("- `%s`: %s\n%s", setupSpec.Name, setupSpec.Summary, strings.Replace(r.Text, command.TypedOptions, "Options are picked from the form as you type.", 1))
	}
	return render(r)
}

// fetches reports whether a command asks another site before it answers.
func fetches(name string) bool {
	return slices.Contains([]string{"watch add", "watch feed", "watch check", "watch import"}, name)
}

// manager completes a request's Manager by the guild's manager roles, where it
// matters.
func (b *Bot) manager(ctx context.Context, i *discordgo.Interaction, req command.Request) command.Request {
	spec, ok := command.Find(req.Name)
	if !ok && req.Name == setupSpec.Name {
		spec = setupSpec
	}
	matters := spec.Write || spec.More || slices.ContainsFunc(spec.Options, func(o command.Option) bool { return o.Write && req.Args[o.Name] != "" })
	if req.Manager || !matters || b.o.Settings == nil {
		return req
	}
	settings, err := b.o.Settings(ctx, req.Guild)
	if err != nil {
		b.o.Log.Error("a guild's settings can't be read", "guild", req.Guild, "error", err)
		return req
	}
	req.Manager = slices.ContainsFunc(i.Member.Roles, func(role string) bool { return slices.Contains(settings.Managers, role) })
	return req
}

// complete offers articles for a half-typed option.
func (b *Bot) complete(ctx context.Context, c *call) {
	choices := []*discordgo.ApplicationCommandOptionChoice{}
	req, focused, err := decode(c.i)
	switch {
	case err != nil:
	case optionKind(req.Name, focused) == command.Name:
		choices = suggestNames(b.specs, req.Args[focused])
	case b.o.Titles != nil && isArticle(req.Name, focused):
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		titles, err := b.o.Titles(ctx, req.Guild)
		if err != nil {
			b.o.Log.Warn("titles can't be read", "guild", req.Guild, "error", err)
		}
		choices = suggest(titles, req.Args[focused])
	}
	_ = c.respond(ctx, map[string]any{
		"type": discordgo.InteractionApplicationCommandAutocompleteResult,
		"data": map[string]any{"choices": choices},
	}, nil) // without suggestions people type on
}

func optionKind(name, option string) command.Kind {
	spec, _ := command.Find(name)
	for _, o := range spec.Options {
		if o.Name == option {
			return o.Kind
		}
	}
	return ""
}

func isArticle(name, option string) bool {
	spec, _ := command.Find(name)
	return slices.ContainsFunc(spec.Options, func(o command.Option) bool { return o.Article && o.Name == option })
}

// holds are the times for which an alert's button mutes.
var holds = [...]struct{ word, label string }{{"1h", "1 hour"}, {"8h", "8 hours"}, {"24h", "1 day"}, {"7d", "1 week"}}

// press answers a button.
func (b *Bot) press(ctx context.Context, c *call) {
	req, err := asker(c.i)
	if err != nil {
		c.answer(ctx, false, func(context.Context) answer { return text(notHere) })
		return
	}
	data, _ := c.i.Data.(discordgo.MessageComponentInteractionData)
	pressed, err := chosen(data)
	if err != nil {
		c.answer(ctx, false, func(context.Context) answer {
			return text("I don't know this button any more. `diff`, `history` and `watch mute` do the same.")
		})
		return
	}
	c.replaces = pressed.replaces() && ofOne(c.i.Message)
	c.answer(ctx, false, func(ctx context.Context) answer { return b.pressed(ctx, c.i, req, pressed) })
}

// ofOne reports whether only who asked for a message sees it. One that all see is not
// theirs to change.
func ofOne(m *discordgo.Message) bool {
	return m != nil && m.Flags&discordgo.MessageFlagsEphemeral != 0
}

func (b *Bot) pressed(ctx context.Context, i *discordgo.Interaction, req command.Request, p button) answer {
	req.Args = map[string]string{"article": p.watch}
	switch p.verb {
	case verbTest:
		return text("Buttons work here.")
	case verbMenu:
		a := text("For how long? What changes meanwhile is told afterwards, as one change.")
		for _, h := range holds {
			a.buttons = append(a.buttons, discordgo.Button{
				Label: h.label, Style: discordgo.SecondaryButton, CustomID: button{verb: verbMute, watch: p.watch, hold: h.word}.String(),
			})
		}
		return a
	case verbMute:
		req.Name = "watch mute"
		req.Args["for"] = p.hold
	case verbPage:
		req.Name, req.Args = "watch list", map[string]string{"page": p.hold}
	case verbRestore:
		req.Name, req.Args = "watch restore", map[string]string{"id": p.watch}
	case verbRetry:
		req.Name, req.Args = "watch retry", nil
	case verbForget:
		req.Name, req.Args = "settings forget", map[string]string{"confirm": "yes"}
	case verbUnmute:
		req.Name = "watch unmute"
		req.Args["block"] = p.hold
	case verbIgnore:
		req.Name = "watch ignore"
		req.Args["remove"] = p.hold
	case verbHistory:
		req.Name = "history"
		if p.hold == holdAll {
			req.Args["all"] = "true"
		}
	case verbRun:
		req.Name = runnable()[p.hold]
	case verbStep:
		req.Name = "diff"
		for name, n := range map[string]int{"from": p.from, "to": p.to} {
			if n > 0 {
				req.Args[name] = strconv.Itoa(n)
			}
		}
		req.Args["view"] = p.hold
	case verbDiff:
		req.Name = "diff"
		from, errFrom := b.number(ctx, req.Guild, p.watch, p.from)
		to, errTo := b.number(ctx, req.Guild, p.watch, p.to)
		if errFrom != nil || errTo != nil {
			return text("This article is not watched here any more.")
		}
		req.Args["from"], req.Args["to"], req.Args["view"] = strconv.Itoa(from), strconv.Itoa(to), "text"
	}
	return b.do(ctx, b.manager(ctx, i, req))
}

func (b *Bot) number(ctx context.Context, guild, watch string, stored int) (int, error) {
	if b.o.Number == nil {
		return stored, nil
	}
	return b.o.Number(ctx, guild, watch, stored)
}

// call is an interaction on its way to its one answer.
type call struct {
	bot     *Bot
	app     string
	i       *discordgo.Interaction
	arrived time.Time
	target  *written // the message on which a menu was opened; nil: none
	// replaces says that the answer takes the place of the message whose button was
	// pressed.
	replaces bool
	public   bool // the answer is for all to see, unless it is a refusal
}

func newCall(b *Bot, app string, i *discordgo.Interaction) *call {
	return &call{bot: b, app: app, i: i, arrived: time.Now()}
}

// answer runs do and shows what it returns. Discord wants a sign within 3 seconds:
// when slow, or when do takes longer than Defer, that is "thinking…".
func (c *call) answer(ctx context.Context, slow bool, do func(context.Context) answer) {
	ctx, cancel := context.WithTimeout(ctx, c.bot.o.Work)
	defer cancel()
	result := make(chan answer, 1)
	go func() { result <- c.safely(ctx, do) }() // answer waits for it
	if !slow {
		timer := time.NewTimer(c.bot.o.Defer)
		defer timer.Stop()
		select {
		case a := <-result:
			if err := c.say(ctx, a); refused(err) {
				_ = c.say(ctx, unshown(c.i)) // logged where it failed
			}
			return
		case <-timer.C:
		}
	}
	later := map[string]any{
		"type": discordgo.InteractionResponseDeferredChannelMessageWithSource,
		"data": map[string]any{"flags": c.flags(false)},
	}
	if c.replaces {
		later = map[string]any{"type": discordgo.InteractionResponseDeferredMessageUpdate}
	}
	thinking := nil == c.respond(ctx, later, nil)
	a := <-result
	if thinking {
		// The work may have used up its time; showing its result has its own.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		if err := c.edit(ctx, a); refused(err) {
			_ = c.edit(ctx, unshown(c.i)) // logged where it failed
		}
	}
}

// refused reports whether Discord took offence at an answer itself.
func refused(err error) bool {
	f := new(failure)
	return errors.As(err, &f) && refusedText(f)
}

// unshown stands for an answer that Discord refused.
func unshown(i *discordgo.Interaction) answer {
	return text("Discord refused to show this answer. If it happens again, tell the operator reference " + i.ID + ".")
}

// say gives the answer as the first response.
func (c *call) say(ctx context.Context, a answer) error {
	kind := discordgo.InteractionResponseChannelMessageWithSource
	if c.replaces {
		kind = discordgo.InteractionResponseUpdateMessage
	}
	data := struct {
		*discordgo.InteractionResponseData
		Attachments *[]attachment `json:"attachments,omitempty"`
	}{a.data(c.flags(a.refused)), c.attachments(a)}
	return c.respond(ctx, map[string]any{"type": kind, "data": data}, a.files)
}

// flags say who sees an answer. What a deferral says of it can't be changed, so that a
// refusal after one is seen by whoever would have seen the answer.
func (c *call) flags(refused bool) discordgo.MessageFlags {
	if c.public && !refused {
		return 0
	}
	return discordgo.MessageFlagsEphemeral
}

// safely turns a panic of a handler into a sentence.
func (c *call) safely(ctx context.Context, do func(context.Context) answer) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			c.bot.o.Log.Error("panic in a command", "interaction", c.i.ID, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			a = text("Something went wrong on my side. If it happens again, tell the operator reference " + c.i.ID + ".")
		}
	}()
	return do(ctx)
}

// bucket is shared by answers whose tokens hash alike: a bucket of its own for each
// interaction would never be freed.
func (c *call) bucket(kind string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(c.i.Token)) // a hash takes everything
	return fmt.Sprintf("%s %d", kind, h.Sum32()%replyRoutes)
}

// respond sends the first response, again if its fate is not known. It returns nil
// when Discord has it.
func (c *call) respond(ctx context.Context, response map[string]any, files func() []*discordgo.File) error {
	ctx, cancel := context.WithDeadline(ctx, c.arrived.Add(max(2900*time.Millisecond, time.Since(c.arrived)+time.Second)))
	defer cancel()
	address := discordgo.EndpointInteractionResponse(c.i.ID, c.i.Token)
	return c.insist(ctx, func() error {
		_, err := c.bot.rest.reply(ctx, http.MethodPost, address, c.bucket("callback"), response, attached(files))
		if f := new(failure); errors.As(err, &f) && f.Code == codeAcknowledged {
			return nil // an attempt before this one had arrived
		}
		return err
	})
}

// edit puts the answer in the place of "thinking…".
func (c *call) edit(ctx context.Context, a answer) error {
	address := discordgo.EndpointInteractionResponseActions(c.app, c.i.Token)
	return c.insist(ctx, func() error {
		body := struct {
			*discordgo.WebhookEdit
			Attachments *[]attachment `json:"attachments,omitempty"`
		}{a.edit(), c.attachments(a)}
		_, err := c.bot.rest.reply(ctx, http.MethodPatch, address, c.bucket("edit"), body, a.files())
		return err
	})
}

// attachment is a file that a message has after an edit: one of before by its ID, or a
// new one by its place among the files of the request and its name.
type attachment struct {
	ID   string `json:"id"`
	Name string `json:"filename,omitempty"`
}

// attachments are the files of a message whose place an answer takes: those of before
// stay where this is not said. Nil: there was none before.
func (c *call) attachments(a answer) *[]attachment {
	if !c.replaces {
		return nil
	}
	out := []attachment{}
	if a.file != nil {
		out = append(out, attachment{"0", a.file.Name})
	}
	return &out
}

func attached(files func() []*discordgo.File) []*discordgo.File {
	if files == nil {
		return nil
	}
	return files()
}

// insist makes a request until it succeeds, is refused, or ctx ends; it logs why it
// gave up.
func (c *call) insist(ctx context.Context, request func() error) error {
	for wait := 100 * time.Millisecond; ; wait *= 2 {
		err := request()
		if err == nil {
			return nil
		}
		f := new(failure)
		if !errors.As(err, &f) || errors.Is(err, errToken) || errors.Is(err, errInvalid) ||
			f.Status >= 400 && f.Status < 500 && f.RetryAfter == 0 || !fits(ctx, max(wait, f.RetryAfter)) {
			c.bot.o.Log.Warn("an answer could not be shown", "interaction", c.i.ID, "after", time.Since(c.arrived), "error", err)
			return err
		}
		if !sleep(ctx, max(wait, f.RetryAfter)) {
			return err
		}
	}
}

// fits reports whether ctx lasts longer than d.
func fits(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() == nil && (!ok || time.Until(deadline) > d)
}
