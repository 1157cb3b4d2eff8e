package discordtest

// checkRows holds classic components against the limits.
func checkRows(path string, rows []Component) []fieldError {
	out := tooMany(path, len(rows), maxRows)
	seen := map[string]bool{}
	for i, r := range rows {
		if r.Type != ActionRow {
			out = append(out, fieldError{at(path, i, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,)."})
			continue
		}
		out = append(out, checkRow(at(path, i, "components"), r.Components, seen)...)
	}
	return out
}

func checkRow(path string, cs []Component, seen map[string]bool) []fieldError {
	var out []fieldError
	if len(cs) == 0 {
		out = append(out, fieldError{path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."})
	}
	width := 0
	for j, c := range cs {
		p := at(path, j, "")
		switch {
		case c.Type == ButtonType:
			width++
			out = append(out, checkButton(p, c, seen)...)
		case c.Type == StringSelect || c.Type >= UserSelect && c.Type <= ChannelPick:
			width += maxButtons
			out = append(out, checkSelect(p, c, seen)...)
		default:
			out = append(out, fieldError{p + ".type", "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8)."})
		}
	}
	if width > maxButtons {
		out = append(out, fieldError{path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width"})
	}
	return out
}

func checkCustomID(path, id string, seen map[string]bool) []fieldError {
	if id == "" {
		return []fieldError{missing(path)}
	}
	out := tooLong(path, id, maxCustomID)
	if seen[id] {
		out = append(out, fieldError{path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"})
	}
	seen[id] = true
	return out
}

func checkButton(path string, c Component, seen map[string]bool) []fieldError {
	out := tooLong(path+".label", c.Label, maxLabel)
	if c.Style < 1 || c.Style > PremiumStyle {
		return append(out, fieldError{path + ".style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6)."})
	}
	if c.Label == "" && len(c.Emoji) == 0 && c.Style != PremiumStyle {
		out = append(out, fieldError{path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or an emoji is required"})
	}
	if c.Style == LinkStyle {
		if c.CustomID != "" {
			out = append(out, fieldError{path + ".custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified"})
		}
		if c.URL == "" {
			return append(out, missing(path+".url"))
		}
		return append(out, badURL(path+".url", c.URL, maxButtonURL, "http", "https", "discord")...)
	}
	if c.URL != "" {
		out = append(out, fieldError{path + ".url", "BUTTON_COMPONENT_INVALID_URL", "A url may only be specified for link buttons"})
	}
	return append(out, checkCustomID(path+".custom_id", c.CustomID, seen)...)
}

func checkSelect(path string, c Component, seen map[string]bool) []fieldError {
	out := checkCustomID(path+".custom_id", c.CustomID, seen)
	out = append(out, tooLong(path+".placeholder", c.Placeholder, maxPlaceholder)...)
	for _, v := range []struct {
		name string
		n    *int
	}{{"min_values", c.MinValues}, {"max_values", c.MaxValues}} {
		if v.n != nil && (*v.n < 0 || *v.n > maxOptions) {
			out = append(out, fieldError{path + "." + v.name, "NUMBER_TYPE_MAX", "int value should be less than or equal to 25."})
		}
	}
	if c.Type != StringSelect {
		return out
	}
	if len(c.Options) == 0 || len(c.Options) > maxOptions {
		out = append(out, fieldError{path + ".options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length."})
	}
	values := map[string]bool{}
	for i, o := range c.Options {
		p := at(path+".options", i, "")
		out = append(out, between(p+".label", o.Label, maxOptionText)...)
		out = append(out, between(p+".value", o.Value, maxOptionText)...)
		out = append(out, tooLong(p+".description", o.Description, maxOptionText)...)
		if values[o.Value] {
			out = append(out, fieldError{p + ".value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"})
		}
		values[o.Value] = true
	}
	return out
}

// checkV2 holds a message of components against the limits of those.
func checkV2(b body) []fieldError {
	var out []fieldError
	if b.content() != "" || len(b.Embeds) > 0 {
		out = append(out, fieldError{"content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2"})
	}
	n, text := 0, 0
	seen := map[string]bool{}
	var walk func(path string, cs []Component)
	walk = func(path string, cs []Component) {
		for i, c := range cs {
			n++
			text += length(c.Content)
			p := at(path, i, "")
			if c.Accessory != nil {
				walk(p+".accessory", []Component{*c.Accessory})
			}
			switch c.Type {
			case ActionRow:
				n += len(c.Components)
				out = append(out, checkRow(p+".components", c.Components, seen)...)
			case ButtonType:
				out = append(out, checkButton(p, c, seen)...)
			default:
				walk(p+".components", c.Components)
			}
		}
	}
	walk("components", b.Components)
	out = append(out, tooMany("components", n, maxV2Components)...)
	if text > maxV2Text {
		out = append(out, fieldError{"components", "COMPONENT_MAX_TOTAL_CHARACTERS_EXCEEDED", "The total text of all components must be 4000 or fewer in length."})
	}
	return out
}
