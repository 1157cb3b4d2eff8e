package discordtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// schema checks bodies against Discord's own OpenAPI document, strictly: a property
// that the document does not know is refused, unless discordgo always sends it.
type schema struct {
	byName  map[string]*jsonschema.Schema
	printer *message.Printer
}

const schemaURL = "file:///discord.json"

// callbackSchemas are the bodies of first answers, by their type.
var callbackSchemas = map[int]string{
	ReplyNow: "CreateMessageInteractionCallbackRequest", ReplyLater: "CreateMessageInteractionCallbackRequest",
	UpdateLater: "UpdateMessageInteractionCallbackRequest", UpdateNow: "UpdateMessageInteractionCallbackRequest",
	ShowChoices: "ApplicationCommandAutocompleteCallbackRequest", ShowModal: "ModalInteractionCallbackRequest",
}

func loadSchema(path string) (*schema, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	patchPermissions(doc)
	strict(doc)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource(schemaURL, doc); err != nil {
		return nil, err
	}
	s := &schema{byName: map[string]*jsonschema.Schema{}, printer: message.NewPrinter(language.English)}
	names := []string{}
	for _, r := range routes() {
		if r.schema != "" && r.schema != "callback" {
			names = append(names, strings.TrimPrefix(r.schema, "[]"))
		}
	}
	for _, n := range callbackSchemas {
		names = append(names, n)
	}
	for _, n := range names {
		if s.byName[n], err = c.Compile(schemaURL + "#/components/schemas/" + n); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// patchPermissions lets default_member_permissions be the string that Discord's
// documentation asks for; the schema says integer.
func patchPermissions(doc any) {
	switch d := doc.(type) {
	case map[string]any:
		if props, isProps := d["properties"].(map[string]any); isProps && props["default_member_permissions"] != nil {
			props["default_member_permissions"] = map[string]any{"type": []any{"string", "integer", "null"}}
		}
		for _, v := range d {
			patchPermissions(v)
		}
	case []any:
		for _, v := range d {
			patchPermissions(v)
		}
	}
}

// strict closes every object that lists its properties.
func strict(doc any) {
	switch d := doc.(type) {
	case map[string]any:
		if all, isAll := d["allOf"].([]any); isAll && len(all) > 1 {
			return // the members complete each other
		}
		_, lists := d["properties"].(map[string]any)
		_, says := d["additionalProperties"]
		if lists && !says && d["type"] == "object" {
			d["additionalProperties"] = false
		}
		for _, v := range d {
			strict(v)
		}
	case []any:
		for _, v := range d {
			strict(v)
		}
	}
}

// check refuses a body that its schema does not allow.
func (s *schema) check(name string, data []byte) *refusal {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return refuse(400, 50109, "The request body contains invalid JSON.")
	}
	if name == "callback" {
		if name = callbackSchemas[callbackType(v)]; name == "" {
			return nil // refused by its type
		}
	}
	name, isList := strings.CutPrefix(name, "[]")
	without(v, name)
	if !isList {
		return s.validate("", name, v)
	}
	list, _ := v.([]any)
	for i, e := range list {
		if no := s.validate(itoa(i)+".", name, e); no != nil {
			return no
		}
	}
	return nil
}

func callbackType(v any) int {
	m, _ := v.(map[string]any)
	n, _ := m["type"].(json.Number)
	typ, err := n.Int64()
	if err != nil {
		return 0
	}
	return int(typ)
}

func (s *schema) validate(prefix, name string, v any) *refusal {
	err := s.byName[name].Validate(v)
	var ve *jsonschema.ValidationError
	if err == nil || !errors.As(err, &ve) {
		return nil
	}
	leaf := deepest(ve)
	return invalidForm(fieldError{prefix + strings.Join(leaf.InstanceLocation, "."), "SCHEMA", leaf.ErrorKind.LocalizedString(s.printer)})
}

// deepest is the error to show of a union, each branch of which has some: the one
// farthest in belongs to the branch that was meant, unless it says that the branch is
// for another type.
func deepest(e *jsonschema.ValidationError) *jsonschema.ValidationError {
	best := e
	for _, c := range e.Causes {
		if d := deepest(c); best == e || depth(d) > depth(best) {
			best = d
		}
	}
	return best
}

func depth(e *jsonschema.ValidationError) int {
	n := 2 * len(e.InstanceLocation)
	if n > 0 && e.InstanceLocation[n/2-1] == "type" {
		return n - 4
	}
	if k, isType := e.ErrorKind.(*kind.Type); isType && slices.Equal(k.Want, []string{"null"}) {
		return n - 1
	}
	return n
}

// without takes out what discordgo v0.29 sends whether it is used or not, as long as it
// is empty: Discord does not mind.
func without(v any, name string) {
	switch {
	case strings.HasPrefix(name, "ApplicationCommand") && !strings.Contains(name, "Callback"):
		strip(v, "channel_types", "options", "autocomplete", "choices")
	case strings.HasSuffix(name, "CallbackRequest"):
		if m, isMap := v.(map[string]any); isMap {
			stripHere(m["data"], "tts", "content", "components", "embeds")
		}
	case name == "MessageEditRequestPartial":
		if m, isMap := v.(map[string]any); isMap {
			// Fields of its MessageEdit that have no JSON name.
			delete(m, "ID")
			delete(m, "Channel")
		}
	}
	strip(v, "description")
}

// strip removes empty properties at any depth.
func strip(v any, names ...string) {
	switch v := v.(type) {
	case map[string]any:
		stripHere(v, names...)
		for _, in := range v {
			strip(in, names...)
		}
	case []any:
		for _, in := range v {
			strip(in, names...)
		}
	}
}

func stripHere(v any, names ...string) {
	m, isMap := v.(map[string]any)
	if !isMap {
		return
	}
	for _, n := range names {
		switch x := m[n].(type) {
		case nil:
			delete(m, n)
		case string:
			if x == "" {
				delete(m, n)
			}
		case bool:
			if !x {
				delete(m, n)
			}
		case []any:
			if len(x) == 0 {
				delete(m, n)
			}
		}
	}
}
