package io.ebpf4j.btf;

import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.fuzz.FuzzTarget;
import io.ebpf4j.fuzz.ObjectFiles;
import io.ebpf4j.fuzz.Questions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All that can be asked of raw BTF, which may be split: then it is read on a small base, in the byte order of its own. */
public final class BtfTarget extends FuzzTarget {
    private static final Btf LITTLE_BASE = base(ByteOrder.LITTLE_ENDIAN);
    private static final Btf BIG_BASE = base(ByteOrder.BIG_ENDIAN);
    private static final List<Class<? extends RuntimeException>> REFUSALS = List.of(MalformedBtfException.class);
    private static final int LARGEST_DUMPED = 1024;
    private static final int LONGEST_SPELLING = 20_000;

    /** Types of its own that a split BTF can refer to: {@code struct pair { int a, b; }} and {@code int}. */
    private static Btf base(ByteOrder order) {
        var raw = new RawBtf(order);
        int number = raw.integer("int", 4, 1);
        raw.type("pair", 4, 2, false, 8, raw.name("a"), number, 0, raw.name("b"), number, 32);
        raw.type("pair_t", 8, 0, false, 2);
        return raw.parse();
    }

    private static byte[] split(Btf base) {
        var raw = RawBtf.split(base.order(), base.size(), (int) base.table().strings().end());
        int pointer = raw.type(0, 2 << 24, 3);
        raw.type("own", 4, 2, false, 16, raw.name("left"), 3, 0, raw.name("right"), pointer, 64);
        return raw.bytes();
    }

    /** One type of each kind, and of one that is not known, in little room. */
    private static byte[] kinds(ByteOrder order) {
        var raw = new RawBtf(order);
        var layout = new int[21][2];
        layout[20][0] = 4;
        raw.layout(layout);
        int number = raw.integer("int", 4, 1);
        int array = raw.type("", 3, 0, false, 0, number, number, 3);
        int union = raw.type("", 5, 2, false, 12, raw.name("x"), number, 0, raw.name("y"), array, 0);
        int struct = raw.type("s", 4, 3, true, 20, raw.name("low"), number, 5 << 24, raw.name("high"), number,
                7 << 24 | 5, 0, union, 32);
        int alias = raw.type("s_t", 8, 0, false, struct);
        int constant = raw.type("", 10, 0, false, alias);
        int tagged = raw.type("user", 18, 0, false, raw.type("", 9, 0, false, constant));
        int pointer = raw.type("", 2, 0, false, raw.type("", 11, 0, false, tagged));
        raw.type("e", 6, 2, true, 4, raw.name("ONE"), 1, raw.name("LESS"), -1);
        raw.type("big", 19, 1, false, 8, raw.name("HUGE"), 7, 9);
        raw.type("only", 7, 0, true, 0);
        raw.type("double", 16, 0, false, 8);
        int prototype = raw.type("", 13, 2, false, number, raw.name("p"), pointer, 0, 0);
        int function = raw.type("f", 12, 1, false, prototype);
        int variable = raw.type("v", 14, 0, false, alias, 1);
        raw.type(".data", 15, 1, false, 20, variable, 0, 20);
        raw.type("mark", 17, 0, false, function, 0);
        raw.type("mark", 17, 0, false, variable, -1);
        raw.type("new", 20, 0, false, 0, 1);
        return raw.bytes();
    }

    static byte[] section(byte[] object, String name) {
        var elf = ElfFile.parse(object, "x.o");
        return elf.contents(elf.section(name).orElseThrow()).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public String name() {
        return "btf";
    }

    @Override
    public List<byte[]> seeds() {
        var seeds = new ArrayList<byte[]>();
        ObjectFiles.of("clang19-el/no_maps", "clang19-eb/no_maps").forEach(o -> seeds.add(section(o, ".BTF")));
        seeds.add(kinds(ByteOrder.LITTLE_ENDIAN));
        seeds.add(kinds(ByteOrder.BIG_ENDIAN));
        seeds.add(split(LITTLE_BASE));
        seeds.add(split(BIG_BASE));
        return seeds;
    }

    @Override
    public int longest() {
        return 2048;
    }

    @Override
    protected List<Class<? extends RuntimeException>> refusals() {
        return REFUSALS;
    }

    @Override
    protected boolean walk(byte[] input, Questions questions) {
        var segment = MemorySegment.ofArray(input);
        var whole = questions.ask(() -> Btf.parse(segment, "x"));
        var btf = whole.isPresent() ? whole : questions.ask(() -> Btf.parse(segment, "x", baseOf(input)));
        if (btf.isEmpty()) {
            return false;
        }
        // Lazily, before anything has looked at all types.
        questions.does(() -> btf.get().find(BtfType.Struct.class, "s"));
        questions.does(() -> btf.get().type(2));
        if (!questions.does(() -> btf.get().size())) {
            return false;
        }
        walk(btf.get(), questions);
        if (questions.isDue(0)) {
            dump(btf.get(), questions);
            edit(btf.get(), input, questions);
        }
        return true;
    }

    private static Btf baseOf(byte[] input) {
        return input.length > 0 && input[0] == (byte) 0xeb ? BIG_BASE : LITTLE_BASE;
    }

    /** {@return what came of asking everything about every type} */
    static Questions ask(Btf btf, int size) {
        var questions = new Questions(size, REFUSALS);
        walk(btf, questions);
        return questions;
    }

    static void walk(Btf btf, Questions questions) {
        for (int id = 0; id < btf.size(); id++) {
            int type = id;
            var read = questions.ask(() -> btf.type(type));
            if (!questions.isDue(id)) {
                continue;
            }
            read.ifPresent(known -> ask(btf, known, questions));
            String spelling = btf.spell(type);
            if (spelling.length() > LONGEST_SPELLING) {
                throw new AssertionError("spelling of type " + type + " is too long");
            }
        }
        questions.does(() -> btf.find(BtfType.class, "event"));
    }

    /** Not what has no answer by its kind: making exceptions is what a walk would spend its time on. */
    private static void ask(Btf btf, BtfType type, Questions questions) {
        int id = type.id();
        switch (type) {
            case BtfType.Void t -> {
            }
            case BtfType.Int t -> measure(btf, t, questions);
            case BtfType.FloatingPoint t -> measure(btf, t, questions);
            case BtfType.Enumeration t -> measure(btf, t, questions);
            case BtfType.Ptr t -> measure(btf, t, questions);
            case BtfType.Array t -> measure(btf, t, questions);
            case BtfType.Composite t -> {
                measure(btf, t, questions);
                questions.does(() -> {
                    var layout = BtfLayout.of(btf, id);
                    checkWithin(btf, layout);
                });
                questions.does(() -> btf.declTags(id, 0));
                questions.does(() -> BtfLayout.find(btf, id, "y[2]"));
            }
            case BtfType.Typedef t -> follow(btf, t, questions);
            case BtfType.Volatile t -> follow(btf, t, questions);
            case BtfType.Const t -> follow(btf, t, questions);
            case BtfType.Restrict t -> follow(btf, t, questions);
            case BtfType.TypeTag t -> follow(btf, t, questions);
            case BtfType.Var t -> {
                measure(btf, t, questions);
                questions.does(() -> btf.declTags(id));
            }
            case BtfType.DataSec t -> questions.does(() -> btf.sizeOf(id));
            case BtfType.Func t -> questions.does(() -> btf.declTags(id));
            case BtfType.Fwd t -> {
            }
            case BtfType.FuncProto t -> {
            }
            case BtfType.DeclTag t -> {
            }
            case BtfType.Unknown t -> {
            }
        }
    }

    private static void follow(Btf btf, BtfType type, Questions questions) {
        questions.does(() -> btf.resolve(type.id()));
        questions.does(() -> btf.typedefs(type.id()));
        measure(btf, type, questions);
    }

    private static void measure(Btf btf, BtfType type, Questions questions) {
        questions.does(() -> {
            if (btf.sizeOf(type.id()) < 0) {
                throw new AssertionError("negative size of " + type);
            }
        });
        questions.does(() -> {
            long alignment = btf.alignOf(type.id());
            if (alignment < 1 || alignment > 8) {
                throw new AssertionError("alignment " + alignment + " of " + type);
            }
        });
    }

    private static void checkWithin(Btf btf, BtfLayout layout) {
        for (var field : layout.fields()) {
            long length = field.isBitfield() ? field.byteLength() : btf.sizeOf(field.type());
            if (field.byteOffset() < 0 || length > layout.size() - field.byteOffset()) {
                throw new AssertionError(field + " goes beyond the " + layout.size() + " bytes");
            }
        }
    }

    /** Not of structs with large gaps: filling them takes megabytes of text, and tells nothing new. */
    private static void dump(Btf btf, Questions questions) {
        questions.does(() -> dump(out -> BtfDump.raw(btf, out)));
        for (int id = btf.firstId(); id < btf.size(); id++) {
            int type = id;
            if (questions.ask(() -> btf.type(type)).filter(BtfTarget::isDense).isEmpty()) {
                return;
            }
        }
        questions.does(() -> dump(out -> BtfDump.c(btf, out)));
    }

    private static boolean isDense(BtfType type) {
        return !(type instanceof BtfType.Composite composite) || (composite.size() <= LARGEST_DUMPED
                && composite.members().stream().allMatch(m -> m.bitOffset() <= 8 * LARGEST_DUMPED));
    }

    private interface Dump {
        void to(Appendable out) throws IOException;
    }

    /** A text may be many times longer than its BTF; some of it is enough. */
    private static void dump(Dump dump) {
        try {
            dump.to(new Few());
        } catch (Few.Enough e) {
            // And it came through.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Counts some characters, then lets no more be written. */
    private static final class Few implements Appendable {
        private static final int MOST = 32 << 10;

        private int count;

        static final class Enough extends IOException {
            private static final long serialVersionUID = 1;
        }

        @Override
        public Appendable append(CharSequence text) throws IOException {
            return append(text, 0, text.length());
        }

        @Override
        public Appendable append(CharSequence text, int start, int end) throws IOException {
            count += end - start;
            if (count > MOST) {
                throw new Enough();
            }
            return this;
        }

        @Override
        public Appendable append(char c) throws IOException {
            return append(String.valueOf(c));
        }
    }

    private static void edit(Btf btf, byte[] input, Questions questions) {
        if (!Arrays.equals(BtfEditor.of(btf).toBytes(), input)) {
            throw new AssertionError("nothing was edited, yet the bytes differ");
        }
        int last = btf.size() - 1;
        if (last < btf.firstId() || btf.table().header().length() > 32) {
            return; // a header with fields that are not known cannot be written, which is the caller's mistake
        }
        questions.does(() -> {
            var editor = BtfEditor.of(btf);
            int added = editor.append(new BtfType.Typedef(0, "added", last));
            editor.replace(last, new BtfType.Const(last, 0));
            byte[] edited = editor.toBytes();
            var read = btf.base().map(base -> Btf.parse(MemorySegment.ofArray(edited), "edited", base))
                    .orElseGet(() -> Btf.parse(MemorySegment.ofArray(edited), "edited"));
            if (!read.typedefs(added).equals(List.of("added"))) {
                throw new AssertionError("what was added is not there");
            }
        });
    }
}
