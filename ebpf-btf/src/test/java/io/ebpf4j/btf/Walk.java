package io.ebpf4j.btf;

/** Asks everything of every type; whatever the bytes say, each answer is a value or a {@link MalformedBtfException}. */
final class Walk {
    private int answers;
    private int refusals;

    private Walk() {}

    static Walk of(Btf btf) {
        var walk = new Walk();
        for (int id = 0; id < btf.size(); id++) {
            int type = id;
            walk.ask(() -> btf.type(type));
            walk.ask(() -> btf.resolve(type));
            walk.ask(() -> btf.typedefs(type));
            walk.ask(() -> btf.sizeOf(type));
            walk.ask(() -> btf.alignOf(type));
            walk.ask(() -> btf.declTags(type));
            // Refusing to lay out a number is the same each time, and making exceptions is what a walk spends its time on.
            walk.ask(() -> {
                if (btf.resolve(type) instanceof BtfType.Composite) {
                    BtfLayout.of(btf, type);
                }
            });
            if (btf.spell(type).length() > 20_000) {
                throw new AssertionError("spelling of type " + type + " is too long");
            }
        }
        btf.find(BtfType.class, "event");
        return walk;
    }

    private void ask(Runnable question) {
        try {
            question.run();
            answers++;
        } catch (MalformedBtfException e) {
            refusals++;
        }
    }

    int answers() {
        return answers;
    }

    int refusals() {
        return refusals;
    }
}
