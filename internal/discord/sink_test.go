package discord_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/command"
	"erratum/internal/deliver"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

var (
	_ deliver.Sink   = (*discord.Sink)(nil)
	_ deliver.Finder = (*discord.Sink)(nil)
)

const (
	otherChannel = "300000000000000002"
	otherGuild   = "200000000000000002"
	foreign      = "300000000000000003"
)

// routerFunc is a router of one function.
type routerFunc func(ctx context.Context, r command.Request) command.Reply

func (f routerFunc) Do(ctx context.Context, r command.Request) command.Reply { return f(ctx, r) }

// local is a Discord with two guilds. Whatever it would have refused as wrong fails
// the test, but for what is named as unavoidable.
func local(t *testing.T, o discordtest.Options, unavoidable ...string) *discordtest.Server {
	t.Helper()
	o.Guilds = []discordtest.Guild{
		{ID: guildID, Name: "one", Roles: []discordtest.Role{{ID: roleID, Name: "desk", Mentionable: true}},
			Members: []discordtest.Member{{User: discordtest.User{ID: "500000000000000003", Name: "desk"}, Roles: []string{roleID}}}, Channels: []discordtest.Channel{{ID: channelID, Name: "news"}, {ID: otherChannel, Name: "other"}}},
		{ID: otherGuild, Name: "two", Channels: []discordtest.Channel{{ID: foreign, Name: "news"}}},
	}
	if schema := filepath.Join("..", "..", "..", "shared", "data", "discord-openapi.json"); exists(schema) {
		o.Schema = schema
	}
	s, err := discordtest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, v := range s.Violations() {
			if !slices.ContainsFunc(unavoidable, func(u string) bool { return strings.Contains(v, u) }) {
				t.Errorf("Discord would refuse: %s", v)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// client is a bot that knows only that Discord.
func client(t *testing.T, s *discordtest.Server, o discord.Options) *discord.Bot {
	t.Helper()
	o.Token, o.Transport, o.Dial = "token", s.Transport(), s.Dialer().NetDialContext
	if o.Router == nil {
		o.Router = routerFunc(func(context.Context, command.Request) command.Reply { return command.Reply{Text: "…"} })
	}
	b, err := discord.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const posting = "POST /channels/*/messages"

// TestShownOnce: whatever happens on the way, trying until it works shows one message.
func TestShownOnce(t *testing.T) {
	wait := 30 * time.Millisecond
	for name, f := range map[string]discordtest.Fault{
		"cut after it was shown":   {DropAfterProcessing: true, Times: 2},
		"cut before it was read":   {DropBefore: true, Times: 2},
		"500 after it was shown":   {Status: 500, Processed: true},
		"502 after it was shown":   {Status: 502, Processed: true, Times: 2},
		"503 instead":              {Status: 503},
		"504 of a proxy, in HTML":  {Status: 504, Kind: discordtest.EdgeHTML},
		"answer broken off":        {CutBody: true},
		"limit of the bucket":      {Kind: discordtest.LimitUser, RetryAfter: wait},
		"limit shared with others": {Kind: discordtest.LimitShared, RetryAfter: wait, Times: 2},
		"limit over all":           {Kind: discordtest.LimitGlobal, RetryAfter: wait},
		"limit of the edge":        {Kind: discordtest.EdgeHTML, Status: 429, RetryAfter: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := local(t, discordtest.Options{})
			sink := client(t, s, discord.Options{}).Sink()
			fault := s.Fail(posting, f)
			d := delivery(bridge())
			id := insist(t, sink, d)
			got := s.Messages(channelID)
			if len(got) != 1 || got[0].ID != id {
				t.Fatalf("%d messages, the sink says %q", len(got), id)
			}
			if fault.Hits() == 0 {
				t.Error("the fault did not happen")
			}
			if found, ok, err := sink.Find(t.Context(), d); err != nil || !ok || found != id {
				t.Errorf("found %q, %v, %v; want %q", found, ok, err, id)
			}
		})
	}
}

// insist sends as the courier does.
func insist(t *testing.T, sink *discord.Sink, d alert.Delivery) string {
	t.Helper()
	for range 6 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		id, err := sink.Send(ctx, d)
		cancel()
		if err == nil {
			return id
		}
		var bad *deliver.SendError
		if !errors.As(err, &bad) || bad.Permanent || bad.Hopeless {
			t.Fatalf("gave up: %+v", err)
		}
		time.Sleep(bad.RetryAfter)
	}
	t.Fatal("not shown after 6 attempts")
	return ""
}

func TestSendErrors(t *testing.T) {
	for _, c := range []struct {
		name                string
		fault               discordtest.Fault
		permanent, hopeless bool
	}{
		{"channel gone", discordtest.Fault{Status: 404, Code: 10003}, true, false},
		{"guild gone", discordtest.Fault{Status: 404, Code: 10004}, true, false},
		{"no access", discordtest.Fault{Status: 403, Code: 50001}, true, false},
		{"no permission", discordtest.Fault{Status: 403, Code: 50013}, true, false},
		{"archived", discordtest.Fault{Status: 400, Code: 50083}, true, false},
		{"not a text channel", discordtest.Fault{Status: 400, Code: 50008}, true, false},
		{"other 403", discordtest.Fault{Status: 403, Code: 40333}, true, false},
		{"form", discordtest.Fault{Status: 400, Code: 50035, Times: 2}, false, true},
		{"AutoMod", discordtest.Fault{Status: 400, Code: 200000, Times: 2}, false, true},
		{"trouble", discordtest.Fault{Status: 500}, false, false},
	} {
		s := local(t, discordtest.Options{})
		s.Fail(posting, c.fault)
		_, err := client(t, s, discord.Options{}).Sink().Send(t.Context(), delivery(bridge()))
		var bad *deliver.SendError
		if !errors.As(err, &bad) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if bad.Permanent != c.permanent || bad.Hopeless != c.hopeless || bad.Reason == "" || strings.Contains(bad.Reason, "token=") {
			t.Errorf("%s: %+v", c.name, bad)
		}
		if n := len(s.Messages(channelID)); n != 0 {
			t.Errorf("%s: %d messages", c.name, n)
		}
	}
}

// TestRefusedWords: what AutoMod takes out of the channel comes as a link alone.
func TestRefusedWords(t *testing.T) {
	s := local(t, discordtest.Options{})
	s.Fail(posting, discordtest.Fault{Status: 400, Code: 240000})
	d := delivery(bridge())
	if _, err := client(t, s, discord.Options{}).Sink().Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	got := s.Messages(channelID)
	if len(got) != 1 || len(got[0].Embeds) != 0 || strings.Contains(got[0].Text(), "bridge to close") {
		t.Fatalf("shown: %+v", got)
	}
	if b, ok := got[0].Button("Open article"); !ok || b.URL != d.Notice.Subject.URL {
		t.Error("no link to the article")
	}
}

// TestChannelsOfDiscord: what a route's state means is found by the stand-in's own
// rules, not by injected codes.
func TestChannelsOfDiscord(t *testing.T) {
	s := local(t, discordtest.Options{})
	sink := client(t, s, discord.Options{}).Sink()
	s.SetPermissions(otherChannel, 1<<10) // View Channel alone
	s.DeleteChannel(foreign)
	for _, channel := range []string{otherChannel, foreign} {
		d := delivery(bridge())
		d.Destination.Channel = channel
		_, err := sink.Send(t.Context(), d)
		var bad *deliver.SendError
		if !errors.As(err, &bad) || !bad.Permanent {
			t.Errorf("%s: %v", channel, err)
		}
	}
	d := delivery(bridge())
	d.Destination.Channel = "../../users/@me"
	var bad *deliver.SendError
	if _, err := sink.Send(t.Context(), d); !errors.As(err, &bad) || !bad.Hopeless {
		t.Errorf("a channel that is a path: %v", err)
	}
}

// TestFindLooksBeyondTheNonce: Discord forgets nonces within minutes; the button is
// there for good.
func TestFindLooksBeyondTheNonce(t *testing.T) {
	s := local(t, discordtest.Options{ChannelRate: discordtest.Rate{Limit: -1}, GlobalRate: discordtest.Rate{Limit: -1}})
	sink := client(t, s, discord.Options{}).Sink()
	d := delivery(bridge())
	d.LastAttempt = time.Now()
	id := insist(t, sink, d)
	for range 130 {
		if _, err := s.Say(channelID, "500000000000000001", "chatter "+d.ID); err != nil {
			t.Fatal(err)
		}
	}
	if found, ok, err := sink.Find(t.Context(), d); err != nil || !ok || found != id {
		t.Errorf("found %q, %v, %v; want %q", found, ok, err, id)
	}
	other := d
	other.ID = alert.DeliveryID(watchID, alert.Change, "b", "c", 3)
	if found, ok, err := sink.Find(t.Context(), other); err != nil || ok {
		t.Errorf("found %q, %v for a delivery that was never sent", found, err)
	}
}

// TestNobodyIsPinged sends every hostile text through the stand-in, which knows whom
// Discord would ping.
func TestNobodyIsPinged(t *testing.T) {
	s := local(t, discordtest.Options{ChannelRate: discordtest.Rate{Limit: -1}, GlobalRate: discordtest.Rate{Limit: -1}})
	sink := client(t, s, discord.Options{}).Sink()
	for i, text := range hostile() {
		d := delivery(bridge())
		d.ID = alert.DeliveryID(watchID, alert.Change, "a", "b", int64(i))
		d.Notice.Subject.Headline, d.Notice.Subject.Site, d.Notice.Text = text, text, text
		if i%2 == 0 {
			d.Mention = text
		}
		insist(t, sink, d)
	}
	got := s.Messages(channelID)
	if len(got) != len(hostile()) {
		t.Fatalf("%d messages of %d", len(got), len(hostile()))
	}
	for _, m := range got {
		if len(m.Pings) > 0 {
			t.Errorf("pinged %q by %.80q", m.Pings, m.Content)
		}
	}
	d := delivery(bridge())
	d.ID, d.Mention = alert.DeliveryID(watchID, alert.Change, "a", "b", -1), roleID
	d.Notice.Subject.Headline = "@everyone <@&" + guildID + ">"
	insist(t, sink, d)
	got = s.Messages(channelID)
	if p := got[len(got)-1].Pings; len(p) != 1 || p[0] != "role:"+roleID {
		t.Errorf("pinged %q, want the configured role alone", p)
	}
}

// TestGlobalLimitHoldsAll: the library misses a global limit and goes on sending.
func TestGlobalLimitHoldsAll(t *testing.T) {
	s := local(t, discordtest.Options{})
	sink := client(t, s, discord.Options{}).Sink()
	s.Fail(posting, discordtest.Fault{Kind: discordtest.LimitGlobal, RetryAfter: 10 * time.Second})
	var sends sync.WaitGroup
	for i := range 20 {
		d := delivery(bridge())
		d.ID = alert.DeliveryID(watchID, alert.Change, "a", "b", int64(i))
		d.Destination.Channel = []string{channelID, otherChannel, foreign}[i%3]
		try := func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			began := time.Now()
			_, err := sink.Send(ctx, d)
			var bad *deliver.SendError
			if !errors.As(err, &bad) || bad.RetryAfter < 5*time.Second || time.Since(began) > 3*time.Second {
				t.Errorf("under a global limit: %v after %v", err, time.Since(began))
			}
		}
		if i == 0 {
			try()
			continue
		}
		sends.Go(try)
	}
	sends.Wait()
	if n := s.Count(posting); n != 1 {
		t.Errorf("%d requests under a global limit, want the one that was told of it", n)
	}
}

// crowded is a change with more to say than a card has room for.
func crowded() alert.Delivery {
	old, changed := bridge()
	for i, town := range []string{"Asham", "Bellwick", "Corsley", "Dunmere", "Eastry", "Farley"} {
		line := "In %s the detour will add %d minutes to the way of each bus, the county's transport office said on Friday."
		old.Blocks = append(old.Blocks, article.Block{Role: article.Body, Text: fmt.Sprintf(line, town, 10+i)})
		changed.Blocks = append(changed.Blocks, article.Block{Role: article.Body, Text: fmt.Sprintf(line, town, 30+i)})
	}
	return delivery(old, changed)
}

// TestOverflow: what does not fit a card goes along as a file, where it may.
func TestOverflow(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	sink := client(t, s, discord.Options{}).Sink()
	insist(t, sink, crowded())
	m := s.Messages(channelID)[0]
	if len(m.Attachments) != 1 || m.Attachments[0].Filename != "changes.diff" {
		t.Fatalf("attached: %+v", m.Attachments)
	}
	file := string(m.Attachments[0].Data)
	for _, want := range []string{"- The repairs will cost 4 million", "+ The repairs will cost 6 million", "Farley the detour will add 15", "Farley the detour will add 35"} {
		if !strings.Contains(file, want) {
			t.Errorf("the file has no %q:\n%s", want, file)
		}
	}
	if strings.Contains(file, "The old harbour bridge will close") {
		t.Errorf("the file has what did not change:\n%s", file)
	}
	fits := delivery(bridge())
	fits.ID, fits.Destination.Channel = "fits", otherChannel
	insist(t, sink, fits)
	if m := s.Messages(otherChannel)[0]; len(m.Attachments) != 0 {
		t.Errorf("all fits, and yet attached: %+v", m.Attachments)
	}
	s.SetPermissions(otherChannel, discordtest.ViewChannel|discordtest.SendMessages|discordtest.EmbedLinks)
	barred := crowded()
	barred.ID, barred.Destination.Channel = "barred", otherChannel
	insist(t, sink, barred)
	if all := s.Messages(otherChannel); len(all) != 2 || len(all[1].Attachments) != 0 || len(all[1].Embeds) != 1 {
		t.Errorf("where nothing may be attached: %+v", all)
	}
}

// TestOverflowIsAnExcerpt: however much changed, the file is no article.
func TestOverflowIsAnExcerpt(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	old, changed := bridge()
	for i := range 400 {
		line := "On day %d of the work %d lorries will bring stone from the quarry behind the hill, the harbour office wrote in its plan."
		old.Blocks = append(old.Blocks, article.Block{Role: article.Body, Text: fmt.Sprintf(line, i, 100+i)})
		changed.Blocks = append(changed.Blocks, article.Block{Role: article.Body, Text: fmt.Sprintf(line, i, 900+i)})
	}
	insist(t, client(t, s, discord.Options{}).Sink(), delivery(old, changed))
	m := s.Messages(channelID)[0]
	if len(m.Attachments) != 1 || len(m.Attachments[0].Data) > 21_000 || !strings.Contains(string(m.Attachments[0].Data), " more)") {
		t.Errorf("attached: %d, %d bytes", len(m.Attachments), len(m.Attachments[0].Data))
	}
}
