package sqlitestore

import (
	"context"
	"database/sql"
	"errors"

	"erratum/internal/alert"
)

// Join implements deliver.Outbox.
func (s *Store) Join(ctx context.Context, d alert.Delivery, edit string) (story alert.Story, err error) {
	err = s.update(ctx, "join a story", func(t tx) error {
		if story, err = s.story(ctx, t, d.Destination, edit); err != nil {
			return err
		}
		if !story.Join(d, at(s.now())) {
			return nil
		}
		return s.putStory(ctx, t, d.Destination, edit, story)
	})
	return story, err
}

// Lead implements deliver.Outbox.
func (s *Store) Lead(ctx context.Context, d alert.Delivery, edit, message string) error {
	return s.update(ctx, "lead a story", func(t tx) error {
		story, err := s.story(ctx, t, d.Destination, edit)
		if err != nil || story.Delivery != d.ID {
			return err
		}
		story.Message = message
		return s.putStory(ctx, t, d.Destination, edit, story)
	})
}

// Leave implements deliver.Outbox.
func (s *Store) Leave(ctx context.Context, to alert.Destination, edit, delivery string) error {
	return s.update(ctx, "leave a story", func(t tx) error {
		story, err := s.story(ctx, t, to, edit)
		if err != nil || story.Delivery != delivery {
			return err
		}
		return t.exec(ctx, `DELETE FROM stories WHERE guild = ? AND channel = ? AND edit = ?`, to.Guild, to.Channel, edit)
	})
}

// Stories implements command.Stories.
func (s *Store) Stories(ctx context.Context, to alert.Destination) (out []alert.Story, err error) {
	err = each(ctx, s.read, func(scan func(...any) error) error {
		var doc []byte
		if err := scan(&doc); err != nil {
			return err
		}
		var story alert.Story
		err := s.pack.Read(doc, &story)
		out = append(out, story)
		return err
	}, `SELECT doc FROM stories WHERE guild = ? AND channel = ? AND at > ? ORDER BY at DESC, edit`, to.Guild, to.Channel, s.now()-alert.StoryKept.Milliseconds())
	return out, s.explain("read stories", err)
}

// story reads a story; one that is not there is empty.
func (s *Store) story(ctx context.Context, q querier, to alert.Destination, edit string) (story alert.Story, err error) {
	var doc []byte
	err = q.QueryRowContext(ctx, `SELECT doc FROM stories WHERE guild = ? AND channel = ? AND edit = ?`, to.Guild, to.Channel, edit).Scan(&doc)
	if errors.Is(err, sql.ErrNoRows) {
		return story, nil
	}
	if err == nil {
		err = s.pack.Read(doc, &story)
	}
	return story, err
}

func (s *Store) putStory(ctx context.Context, t tx, to alert.Destination, edit string, story alert.Story) error {
	doc, err := s.pack.JSON(story)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO stories (guild, channel, edit, at, doc) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET at = excluded.at, doc = excluded.doc`, to.Guild, to.Channel, edit, ms(story.At), doc)
}
