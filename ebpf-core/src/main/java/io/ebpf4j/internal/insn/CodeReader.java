package io.ebpf4j.internal.insn;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfExt;
import io.ebpf4j.btf.BtfExt.FuncInfo;
import io.ebpf4j.btf.SourceLines;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.ElfSymbol;
import io.ebpf4j.insn.Code;
import io.ebpf4j.insn.CodeElement;
import io.ebpf4j.insn.MalformedCodeException;
import io.ebpf4j.insn.Word;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the functions of one object; what all of them need, once. Safe for use by several threads. */
public final class CodeReader {
    private final ElfFile elf;
    private final Btf btf;
    private final Symbols symbols;
    private final Optional<SourceLines> lines;
    private final List<ElfSymbol> functions;
    private final Map<Place, FuncInfo> prototypes = new HashMap<>();

    private record Place(String section, long offset) {}

    /**
     * Makes a reader.
     *
     * @param elf the object
     * @param btf its types
     * @throws io.ebpf4j.btf.MalformedBtfException when {@code .BTF.ext} is broken
     * @throws io.ebpf4j.elf.MalformedElfException when the symbol table is
     */
    public CodeReader(ElfFile elf, Btf btf) {
        this.elf = elf;
        this.btf = btf;
        this.symbols = new Symbols(elf);
        this.functions = elf.symbols().stream().filter(symbol -> symbol.isFunction() && symbol.isInSection())
                .filter(symbol -> elf.section(symbol.sectionIndex()).isExecutable())
                .sorted(Comparator.comparingInt(ElfSymbol::sectionIndex).thenComparingLong(ElfSymbol::value)).toList();
        Optional<BtfExt> ext = BtfExt.of(elf, btf);
        this.lines = ext.map(BtfExt::sourceLines);
        ext.ifPresent(found -> found.functions()
                .forEach(function -> prototypes.putIfAbsent(new Place(function.section(), function.offset()),
                        function)));
    }

    /** {@return the functions in sections of code, in the order of sections, then of addresses} */
    public List<ElfSymbol> functions() {
        return functions;
    }

    /** {@return whether a function is no entry point, but for others to call} */
    public boolean isSubprogram(ElfSymbol function) {
        return elf.section(function.sectionIndex()).name().equals(".text");
    }

    /**
     * {@return the instructions of a function}
     *
     * @param function one of {@link #functions()}
     * @throws MalformedCodeException when it ends within an instruction
     * @throws io.ebpf4j.btf.MalformedBtfException when its type is broken
     * @throws io.ebpf4j.elf.MalformedElfException when the relocations of its section are
     */
    public Code read(ElfSymbol function) {
        ElfSection section = elf.section(function.sectionIndex());
        long begin = function.value();
        var bytes = elf.contents(section);
        if (begin < 0 || function.size() < 0 || begin > bytes.byteSize() - function.size()) {
            throw new MalformedCodeException("function '" + function.name() + "' has " + function.size()
                    + " bytes at offset " + begin + " of section " + section.name() + ", which has "
                    + bytes.byteSize());
        }
        Code code = Code.of(function.name(), bytes.asSlice(begin, function.size()), elf.order());
        FuncInfo info = prototypes.get(new Place(section.name(), begin));
        return new Code(code.name(), info == null ? Optional.empty() : Prototype.of(btf, info.type()), code.order(),
                code.elements().stream().map(element -> complete(section, begin, element)).toList());
    }

    private CodeElement complete(ElfSection section, long begin, CodeElement element) {
        long offset = begin + (long) Word.SIZE * element.index();
        return new CodeElement(element.index(), element.instruction(),
                symbols.of(section, offset, element.instruction()),
                lines.flatMap(found -> found.at(section.name(), offset)));
    }
}
