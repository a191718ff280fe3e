package io.ebpf4j.internal.diagnose;

import io.ebpf4j.ProgramSpec;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfExt;
import io.ebpf4j.btf.BtfExt.CoreRelocation;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Composite;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.elf.ElfSymbol;
import io.ebpf4j.elf.MalformedElfException;
import io.ebpf4j.insn.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of the kernel's types an object asked for in vain.
 *
 * @param type its type with {@code struct}, {@code union} or {@code enum} before it, without flavour
 * @param member the field, with a dot between those of nested structs; empty where the type itself is missing
 */
record MissingField(String type, String member) {
    /** As in {@code failed to resolve CO-RE relocation <byte_off> [7] struct task_struct.tgidd (0:1 @ offset 4)}. */
    private static final Pattern SAID = Pattern.compile(
            "failed to resolve CO-RE relocation <\\w+> \\[\\d+] (?<type>(?:(?:struct|union|enum) )?[^ .:]+)"
                    + "(?:(?:\\.|::)(?<member>[^ (]+))?.*");

    /** {@return what the log names, or else what the relocation of the rejected instruction asks for} */
    static Optional<MissingField> find(ProgramSpec spec, String function, VerifierLog log) {
        for (String message : log.messages()) {
            Matcher matcher = SAID.matcher(message);
            if (matcher.matches()) {
                String member = matcher.group("member");
                return Optional.of(new MissingField(withoutFlavour(matcher.group("type")),
                        member == null ? "" : member));
            }
        }
        return log.instruction().isPresent()
                ? relocated(spec, function, log.instruction().getAsInt())
                : Optional.empty();
    }

    private static Optional<MissingField> relocated(ProgramSpec spec, String function, int instruction) {
        try {
            ElfSymbol symbol = spec.elf().symbol(function).orElseThrow();
            String section = spec.elf().section(symbol.sectionIndex()).name();
            long offset = symbol.value() + (long) Word.SIZE * instruction;
            return BtfExt.of(spec.elf(), spec.btf()).stream().flatMap(ext -> ext.relocations().stream())
                    .filter(relocation -> relocation.offset() == offset && relocation.section().equals(section))
                    .findFirst().map(relocation -> of(spec.btf(), relocation));
        } catch (MalformedBtfException | MalformedElfException | IndexOutOfBoundsException | IllegalArgumentException
                | NoSuchElementException e) {
            return Optional.empty(); // a damaged relocation is not what the kernel has complained of
        }
    }

    static MissingField of(Btf btf, CoreRelocation relocation) {
        BtfType type = btf.resolve(relocation.type());
        String keyword = switch (type) {
            case BtfType.Struct _ -> "struct ";
            case BtfType.Union _ -> "union ";
            case BtfType.Enumeration _ -> "enum ";
            default -> "";
        };
        return new MissingField(keyword + type.essentialName(), members(btf, type, relocation.access()));
    }

    /** The way {@code 0:1:2} is the index of the whole, then that of a member or element at each step. */
    private static String members(Btf btf, BtfType type, String access) {
        List<String> names = new ArrayList<>();
        String[] steps = access.split(":", -1);
        BtfType at = type;
        for (int i = 1; i < steps.length; i++) {
            int step = Integer.parseInt(steps[i]);
            if (at instanceof Composite composite) {
                Member member = composite.members().get(step);
                if (!member.name().isEmpty()) {
                    names.add(member.name());
                }
                at = btf.resolve(member.type());
            } else if (at instanceof BtfType.Array array) {
                at = btf.resolve(array.element());
            } else {
                break;
            }
        }
        if (type instanceof BtfType.Enumeration enumeration) {
            names.add(enumeration.constants().get(Integer.parseInt(steps[0])).name());
        }
        return String.join(".", names);
    }

    private static String withoutFlavour(String type) {
        int flavour = type.indexOf("___");
        return flavour > 0 ? type.substring(0, flavour) : type;
    }

    /** {@return the type's name alone} */
    String typeName() {
        return type.substring(type.indexOf(' ') + 1);
    }

    /** {@return the first of the fields, that of the type itself} */
    String firstMember() {
        int end = 0;
        while (end < member.length() && member.charAt(end) != '.' && member.charAt(end) != '[') {
            end++;
        }
        return member.substring(0, end);
    }

    @Override
    public String toString() {
        return member.isEmpty() ? type : type + (type.startsWith("enum ") ? "::" : ".") + member;
    }
}
