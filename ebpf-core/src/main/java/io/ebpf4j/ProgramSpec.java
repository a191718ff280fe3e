package io.ebpf4j;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSymbol;
import io.ebpf4j.elf.MalformedElfException;
import io.ebpf4j.insn.Code;
import io.ebpf4j.insn.MalformedCodeException;
import io.ebpf4j.internal.global.Variables;
import io.ebpf4j.internal.insn.CodeReader;
import io.ebpf4j.internal.spec.FunctionSpecs;
import io.ebpf4j.internal.spec.MapSpecs;
import io.ebpf4j.internal.spec.StandardObject;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one object file declares: its functions and maps, read from the bytes alone, the same on every operating system.
 * Immutable and thread-safe.
 *
 * {@snippet :
 * ProgramSpec spec = ProgramSpec.read(Path.of("tcpconnect.bpf.o"));
 * spec.maps().forEach(map -> System.out.println(map.name() + " " + map.type() + " " + map.output()));
 * }
 */
public final class ProgramSpec {
    private static final String BTF_BASE = ".BTF.base";

    private final String name;
    private final ElfFile elf;
    private final Btf btf;
    private final Optional<String> license;
    private final List<FunctionSpec> functions;
    private final List<MapSpec> maps;
    /** Racy single check: two threads may both make one, and each sees a whole one, for its fields are final. */
    private @Nullable CodeReader code;

    private ProgramSpec(String name, ElfFile elf, Btf btf) {
        this.name = name;
        this.elf = elf;
        this.btf = btf;
        this.license = FunctionSpecs.license(elf);
        this.functions = FunctionSpecs.read(elf);
        this.maps = MapSpecs.read(elf, btf);
    }

    /**
     * {@return what a file declares}
     *
     * @param path an object file that clang made with {@code -target bpf -g}
     * @throws ObjectFileException when it is no such file or declares what cannot work
     * @throws java.io.UncheckedIOException when it cannot be read
     */
    public static ProgramSpec read(Path path) {
        String file = String.valueOf(path.getFileName());
        try {
            return of(ElfFile.parse(path), programName(file));
        } catch (MalformedElfException | MalformedBtfException e) {
            throw new ObjectFileException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * {@return what a file's bytes declare}
     *
     * @param bytes the whole file; copied
     * @param name how the program is called, in messages and metrics
     * @throws ObjectFileException when it is no such file or declares what cannot work
     */
    public static ProgramSpec read(byte[] bytes, String name) {
        try {
            return of(ElfFile.parse(bytes.clone(), name), programName(name));
        } catch (MalformedElfException | MalformedBtfException e) {
            throw new ObjectFileException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ProgramSpec of(ElfFile elf, String name) {
        if (!elf.header().isBpfObject()) {
            throw new ObjectFileException(
                    elf.name() + ": is an ELF file of type " + elf.header().type() + " for machine "
                            + elf.header().machine()
                            + ", not a BPF object (type 1, machine 247); compile it with clang -target bpf");
        }
        if (elf.section(BTF_BASE).isPresent()) {
            throw new ObjectFileException(elf.name() + ": has a section " + BTF_BASE + ", as kernel modules have;"
                    + " libbpf would read its types without that, and so others; remove the section");
        }
        Btf btf = Btf.of(elf).orElseThrow(() -> new ObjectFileException(
                elf.name() + ": has no section .BTF, so nothing says what its maps hold; compile it with clang -g"));
        return new ProgramSpec(name, elf, btf);
    }

    private static String programName(String file) {
        return file.replaceFirst("(\\.bpf)?\\.o$", "");
    }

    /** {@return the file's name without {@code .bpf.o}, or the name that was given} */
    public String name() {
        return name;
    }

    /** {@return the text in the section {@code license}; without one the kernel denies many helpers} */
    public Optional<String> license() {
        return license;
    }

    /** {@return the entry points, in the order of their sections} */
    public List<FunctionSpec> functions() {
        return functions;
    }

    /** {@return the maps, in the order of declaration; not those that hold global variables} */
    public List<MapSpec> maps() {
        return maps;
    }

    /**
     * {@return a map by its name}
     *
     * @param name the C variable's name
     */
    public Optional<MapSpec> map(String name) {
        Objects.requireNonNull(name);
        return maps.stream().filter(map -> map.name().equals(name)).findFirst();
    }

    /**
     * {@return the instructions of a function, decoded on each call} Each has the symbol that it refers to and the source
     * line that it is made from.
     *
     * @param function the C function's name: that of an entry point, or else of a subprogram
     * @throws ObjectFileException when the file is damaged in a way that reading it did not show
     */
    public Optional<Code> code(String function) {
        Objects.requireNonNull(function);
        CodeReader reader = codeReader();
        return reader.functions().stream().filter(symbol -> symbol.name().equals(function))
                .min(Comparator.comparing(reader::isSubprogram)).map(symbol -> decode(reader, symbol));
    }

    /**
     * {@return the instructions of all functions, subprograms included, in the order of sections and addresses} Each is
     * decoded when the stream comes to it.
     *
     * @throws ObjectFileException when the file is damaged in a way that reading it did not show; also by the stream
     */
    public Stream<Code> code() {
        CodeReader reader = codeReader();
        return reader.functions().stream().map(symbol -> decode(reader, symbol));
    }

    private CodeReader codeReader() {
        CodeReader result = code;
        if (result == null) {
            try {
                result = new CodeReader(elf, btf);
            } catch (MalformedElfException | MalformedBtfException e) {
                throw new ObjectFileException(String.valueOf(e.getMessage()), e);
            }
            code = result;
        }
        return result;
    }

    private Code decode(CodeReader reader, ElfSymbol function) {
        try {
            return reader.read(function);
        } catch (MalformedCodeException e) {
            throw new ObjectFileException(elf.name() + ": " + e.getMessage() + "; the file is damaged", e);
        } catch (MalformedElfException | MalformedBtfException e) {
            throw new ObjectFileException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * {@return the global variables, in the order of sections, then of addresses; last the values of the kernel's
     * configuration that the program asks for} Read on each call.
     *
     * @throws ObjectFileException when the file is damaged in a way that reading it did not show
     */
    public List<VariableSpec> variables() {
        return Variables.read(elf, btf);
    }

    /** {@return the types of the file} */
    public Btf btf() {
        return btf;
    }

    /** {@return the file's bytes as parsed} */
    public ElfFile elf() {
        return elf;
    }

    /**
     * {@return the object with all maps in {@code .maps}, as bpftool and every other loader take it; the file's own bytes
     * where they already are}
     *
     * @throws ObjectFileException when the file is damaged in a way that reading it did not show
     */
    public byte[] toStandardObject() {
        try {
            return StandardObject.of(elf, btf);
        } catch (MalformedElfException | MalformedBtfException | IllegalArgumentException | IllegalStateException e) {
            throw new ObjectFileException(elf.name() + ": its map sections cannot be merged: " + e.getMessage(), e);
        }
    }

    /** {@return name and numbers, for logs} */
    @Override
    public String toString() {
        return name + " (" + functions.size() + " functions, " + maps.size() + " maps)";
    }
}
