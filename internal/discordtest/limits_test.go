package discordtest_test

import (
	"fmt"
	"strings"
	"testing"

	"erratum/internal/discordtest"
)

func text(n int) string { return strings.Repeat("x", n) }

type obj = map[string]any
type list = []any

func row(cs ...any) obj { return obj{"components": list{obj{"type": 1, "components": cs}}} }

func button(change obj) obj {
	b := obj{"type": 2, "style": 2, "label": "l", "custom_id": "c"}
	for k, v := range change {
		if v == nil {
			delete(b, k)
			continue
		}
		b[k] = v
	}
	return b
}

func menu(n int, change obj) obj {
	options := list{}
	for i := range n {
		options = append(options, obj{"label": "l", "value": fmt.Sprint(i)})
	}
	m := obj{"type": 3, "custom_id": "m", "options": options}
	for k, v := range change {
		m[k] = v
	}
	return m
}

func many(n int, one func(int) any) list {
	out := list{}
	for i := range n {
		out = append(out, one(i))
	}
	return out
}

func embed(change obj) obj { return obj{"embeds": list{change}} }

func fields(n, name, value int) obj {
	return embed(obj{"fields": many(n, func(int) any { return obj{"name": text(name), "value": text(value)} })})
}

// link is an address of n characters.
func link(n int) string { return "https://example.org/" + text(n-len("https://example.org/")) }

// messageLimits has a message at each limit and one just beyond it.
var messageLimits = []struct {
	name       string
	fine, over any
}{
	{"content", obj{"content": text(2000)}, obj{"content": text(2001)}},
	{"content in UTF-16", obj{"content": strings.Repeat("😀", 1000)}, obj{"content": strings.Repeat("😀", 1001)}},
	{"content after trimming", obj{"content": " " + text(2000) + "\n"}, obj{"content": "x" + text(2000)}},
	{"nothing", obj{"content": "x"}, obj{"content": " \n"}},
	{"embeds", obj{"embeds": many(10, func(int) any { return obj{"title": "t"} })}, obj{"embeds": many(11, func(int) any { return obj{"title": "t"} })}},
	{"embed title", embed(obj{"title": text(256)}), embed(obj{"title": text(257)})},
	{"embed description", embed(obj{"description": text(4096)}), embed(obj{"description": text(4097)})},
	{"embed fields", fields(25, 1, 1), fields(26, 1, 1)},
	{"field name", fields(1, 256, 1), fields(1, 257, 1)},
	{"field value", fields(1, 1, 1024), fields(1, 1, 1025)},
	{"field without name", fields(1, 1, 1), fields(1, 0, 1)},
	{"field without value", fields(1, 1, 1), fields(1, 1, 0)},
	{"embed footer", embed(obj{"footer": obj{"text": text(2048)}}), embed(obj{"footer": obj{"text": text(2049)}})},
	{"embed author", embed(obj{"author": obj{"name": text(256)}}), embed(obj{"author": obj{"name": text(257)}})},
	{"embed sum", obj{"embeds": list{obj{"description": text(4000)}, obj{"description": text(2000)}}}, obj{"embeds": list{obj{"description": text(4000)}, obj{"description": text(2001)}}}},
	{"embed colour", embed(obj{"title": "t", "color": 0xFFFFFF}), embed(obj{"title": "t", "color": 0x1000000})},
	{"embed url", embed(obj{"title": "t", "url": link(2048)}), embed(obj{"title": "t", "url": "javascript:x"})},
	{"embed url length", embed(obj{"title": "t", "url": link(2048)}), embed(obj{"title": "t", "url": link(2049)})},
	{"rows", obj{"components": many(5, func(i int) any { return row(button(obj{"custom_id": fmt.Sprint(i)}))["components"].(list)[0] })}, obj{"components": many(6, func(i int) any { return row(button(obj{"custom_id": fmt.Sprint(i)}))["components"].(list)[0] })}},
	{"buttons in a row", row(many(5, func(i int) any { return button(obj{"custom_id": fmt.Sprint(i)}) })...), row(many(6, func(i int) any { return button(obj{"custom_id": fmt.Sprint(i)}) })...)},
	{"empty row", row(button(nil)), row()},
	{"menu beside a button", row(menu(1, nil)), row(menu(1, nil), button(nil))},
	{"button outside a row", row(button(nil)), obj{"components": list{button(nil)}}},
	{"custom id", row(button(obj{"custom_id": text(100)})), row(button(obj{"custom_id": text(101)}))},
	{"no custom id", row(button(nil)), row(button(obj{"custom_id": nil}))},
	{"same custom id", row(button(nil), button(obj{"custom_id": "d"})), row(button(nil), button(nil))},
	{"label", row(button(obj{"label": text(80)})), row(button(obj{"label": text(81)}))},
	{"no label", row(button(nil)), row(button(obj{"label": nil}))},
	{"style", row(button(obj{"style": 4})), row(button(obj{"style": 7}))},
	{"link", row(button(obj{"style": 5, "custom_id": nil, "url": link(512)})), row(button(obj{"style": 5, "custom_id": nil, "url": link(513)}))},
	{"link without url", row(button(nil)), row(button(obj{"style": 5, "custom_id": nil}))},
	{"link with custom id", row(button(nil)), row(button(obj{"style": 5, "url": "https://example.org"}))},
	{"link to elsewhere", row(button(nil)), row(button(obj{"style": 5, "custom_id": nil, "url": "file:///etc/passwd"}))},
	{"url on a button", row(button(nil)), row(button(obj{"url": "https://example.org"}))},
	{"menu options", row(menu(25, nil)), row(menu(26, nil))},
	{"menu without options", row(menu(1, nil)), row(menu(0, nil))},
	{"menu placeholder", row(menu(1, obj{"placeholder": text(150)})), row(menu(1, obj{"placeholder": text(151)}))},
	{"menu max values", row(menu(25, obj{"max_values": 25})), row(menu(25, obj{"max_values": 26}))},
	{"option label", row(menu(0, obj{"options": list{obj{"label": text(100), "value": "v"}}})), row(menu(0, obj{"options": list{obj{"label": text(101), "value": "v"}}}))},
	{"option value", row(menu(0, obj{"options": list{obj{"label": "l", "value": text(100)}}})), row(menu(0, obj{"options": list{obj{"label": "l", "value": text(101)}}}))},
	{"option description", row(menu(0, obj{"options": list{obj{"label": "l", "value": "v", "description": text(100)}}})), row(menu(0, obj{"options": list{obj{"label": "l", "value": "v", "description": text(101)}}}))},
	{"same option value", row(menu(2, nil)), row(menu(0, obj{"options": list{obj{"label": "a", "value": "v"}, obj{"label": "b", "value": "v"}}}))},
	{"nonce", obj{"content": "x", "nonce": text(25)}, obj{"content": "x", "nonce": text(26)}},
	{"mentions parse", obj{"content": "x", "allowed_mentions": obj{"parse": list{"users"}}}, obj{"content": "x", "allowed_mentions": obj{"parse": list{"all"}}}},
	{"mentions twice", obj{"content": "x", "allowed_mentions": obj{"parse": list{}, "users": list{"1"}}}, obj{"content": "x", "allowed_mentions": obj{"parse": list{"users"}, "users": list{"1"}}}},
	{"mention ids", obj{"content": "x", "allowed_mentions": obj{"users": many(100, func(i int) any { return fmt.Sprint(i + 1) })}}, obj{"content": "x", "allowed_mentions": obj{"users": many(101, func(i int) any { return fmt.Sprint(i + 1) })}}},
	{"components v2", v2(39, 1), v2(40, 1)},
	{"components v2 text", v2(1, 4000), v2(1, 4001)},
	{"components v2 and content", v2(1, 1), obj{"flags": 1 << 15, "content": "x", "components": list{obj{"type": 10, "content": "x"}}}},
}

// v2 is a container of n texts of a length.
func v2(n, length int) obj {
	return obj{"flags": 1 << 15, "components": list{obj{"type": 17, "components": many(n, func(int) any { return obj{"type": 10, "content": text(length)} })}}}
}

func TestMessageLimits(t *testing.T) {
	t.Parallel()
	for _, withSchema := range []string{"", schemaPath()} {
		s := newServer(t, func(o *discordtest.Options) {
			o.Schema = withSchema
			o.ChannelRate.Limit, o.GlobalRate.Limit = -1, -1
		})
		for _, l := range messageLimits {
			if status, out, _ := rest(t, s, "POST", "/channels/"+channelID+"/messages", l.fine); status != 200 {
				t.Errorf("%s: at the limit: %d %v", l.name, status, out)
			}
			before := len(s.Violations())
			status, out, _ := rest(t, s, "POST", "/channels/"+channelID+"/messages", l.over)
			if status != 400 || code(out) != 50035 && code(out) != 50006 {
				t.Errorf("%s: beyond the limit: %d %v", l.name, status, out)
			}
			if len(s.Violations()) != before+1 {
				t.Errorf("%s: beyond the limit is no violation", l.name)
			}
		}
		if s.InvalidRequests() != 0 {
			t.Errorf("%d invalid requests", s.InvalidRequests())
		}
	}
}

func command(change obj) obj {
	c := obj{"name": "watch", "description": "Watch"}
	for k, v := range change {
		c[k] = v
		if v == nil {
			delete(c, k)
		}
	}
	return c
}

func options(os ...any) obj { return command(obj{"options": os}) }

func option(change obj) obj {
	o := obj{"type": 3, "name": "o", "description": "d"}
	for k, v := range change {
		o[k] = v
	}
	return o
}

func choices(n int, name, value string) obj {
	return options(option(obj{"choices": many(n, func(i int) any { return obj{"name": name, "value": value} })}))
}

var commandLimits = []struct {
	name       string
	fine, over any
}{
	{"name", command(obj{"name": text(32)}), command(obj{"name": text(33)})},
	{"name in capitals", command(obj{"name": "été-1_'"}), command(obj{"name": "Watch"})},
	{"name with a space", command(nil), command(obj{"name": "watch add"})},
	{"description", command(obj{"description": text(100)}), command(obj{"description": text(101)})},
	{"no description", command(nil), command(obj{"description": nil})},
	{"options", options(many(25, func(i int) any { return option(obj{"name": fmt.Sprintf("o%d", i)}) })...), options(many(26, func(i int) any { return option(obj{"name": fmt.Sprintf("o%d", i)}) })...)},
	{"same option", options(option(nil)), options(option(nil), option(nil))},
	{"option name", options(option(obj{"name": text(32)})), options(option(obj{"name": text(33)}))},
	{"option description", options(option(obj{"description": text(100)})), options(option(obj{"description": text(101)}))},
	{"required last", options(option(obj{"required": true}), option(obj{"name": "p"})), options(option(nil), option(obj{"name": "p", "required": true}))},
	{"sub-command beside option", options(option(obj{"type": 1})), options(option(obj{"type": 1}), option(obj{"name": "p"}))},
	{"sub-command in sub-command", options(option(obj{"type": 2, "options": list{option(obj{"type": 1})}})), options(option(obj{"type": 1, "options": list{option(obj{"type": 2})}}))},
	{"choices", choices(25, "n", "v"), choices(26, "n", "v")},
	{"choice name", choices(1, text(100), "v"), choices(1, text(101), "v")},
	{"choice value", choices(1, "n", text(100)), choices(1, "n", text(101))},
	{"choice of another type", choices(1, "n", "v"), options(option(obj{"choices": list{obj{"name": "n", "value": 1}}}))},
	{"autocomplete and choices", options(option(obj{"autocomplete": true})), options(option(obj{"autocomplete": true, "choices": list{obj{"name": "n", "value": "v"}}}))},
	{"max length", options(option(obj{"max_length": 6000})), options(option(obj{"max_length": 6001}))},
	{"size", commandOfSize(8000), commandOfSize(8001)},
	{"permissions", command(obj{"default_member_permissions": "32"}), command(obj{"default_member_permissions": "manage"})},
	{"contexts", command(obj{"contexts": list{0}}), command(obj{"contexts": list{3}})},
}

// commandOfSize has n characters in all that count.
func commandOfSize(n int) obj {
	os := list{}
	n -= len("watch") + len("Watch")
	for i := 0; n > 0; i++ {
		name := fmt.Sprintf("o%02d", i)
		cs := list{}
		take := min(n, 3000)
		n -= take
		take -= len(name) + 1
		for take > 0 {
			l := min(take, 200)
			take -= l
			value := min(l-1, 100)
			cs = append(cs, obj{"name": text(l - value), "value": text(value)})
		}
		os = append(os, option(obj{"name": name, "choices": cs}))
	}
	return options(os...)
}

func TestCommandLimits(t *testing.T) {
	t.Parallel()
	for _, withSchema := range []string{"", schemaPath()} {
		s := newServer(t, func(o *discordtest.Options) {
			o.Schema = withSchema
			o.ChannelRate.Limit, o.GlobalRate.Limit = -1, -1
		})
		for _, l := range commandLimits {
			if status, out, _ := rest(t, s, "POST", "/applications/100000000000000001/commands", l.fine); status != 200 && status != 201 {
				t.Errorf("%s: at the limit: %d %v", l.name, status, out)
			}
			if status, out, _ := rest(t, s, "POST", "/applications/100000000000000001/commands", l.over); status != 400 || code(out) != 50035 {
				t.Errorf("%s: beyond the limit: %d %v", l.name, status, out)
			}
		}
		put := func(n int) any {
			return many(n, func(i int) any { return command(obj{"name": fmt.Sprintf("c%d", i)}) })
		}
		path := "/applications/100000000000000001/guilds/" + guildID + "/commands"
		if status := putStatus(t, s, path, put(100)); status != 200 {
			t.Errorf("100 commands: %d", status)
		}
		if status := putStatus(t, s, path, put(101)); status != 400 {
			t.Errorf("101 commands: %d", status)
		}
		if n := len(s.Commands(guildID)); n != 100 {
			t.Errorf("%d commands registered", n)
		}
	}
}
