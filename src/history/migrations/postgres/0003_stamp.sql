-- A number that changes with everything that is recorded of a repository: whoever kept something made of it can tell
-- without reading it whether it is still so. Drawn at random, so that a history that was set back and went another way
-- has others; 0 where none was drawn yet, which tells nothing.
ALTER TABLE repository ADD COLUMN stamp bigint NOT NULL DEFAULT 0;
