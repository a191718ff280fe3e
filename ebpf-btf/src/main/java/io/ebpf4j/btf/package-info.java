/**
 * BTF, the BPF Type Format: what the C types in a BPF object or in the kernel look like in memory.
 *
 * <h2>Reading</h2>
 * {@snippet lang = java :
 * var elf = ElfFile.parse(Path.of("tcpconnect.bpf.o"));
 * var btf = Btf.of(elf).orElseThrow();
 * var event = btf.find(BtfType.Struct.class, "event").orElseThrow();
 * for (var field : BtfLayout.of(btf, event.id()).fields()) {
 *     System.out.println(btf.spell(field.type()) + " " + field.name() + " at byte " + field.byteOffset());
 * }
 * }
 * {@link io.ebpf4j.btf.Btf} is the table of all types, by id and by name. It reads a BPF object, or any segment with raw
 * BTF, such as the bytes of {@code /sys/kernel/btf/vmlinux}. A {@link io.ebpf4j.btf.BtfType} is a record, made when it is
 * asked for; it refers to others by id. {@link io.ebpf4j.btf.BtfLayout} tells where fields lie, and
 * {@link io.ebpf4j.btf.BtfExt} what is known about instructions.
 *
 * <h2>Writing</h2>
 * {@link io.ebpf4j.btf.BtfEditor} replaces and adds types and keeps every id. {@link io.ebpf4j.btf.BtfDump} writes text:
 * a header in C, such as {@code vmlinux.h}, or an entry a type, both as {@code bpftool} does.
 * {@snippet lang = java :
 * System.out.println(BtfDump.definitions(btf, List.of(event.id())));
 * }
 *
 * <h2>Errors</h2>
 * What does not fit in the bytes is a {@link io.ebpf4j.btf.MalformedBtfException}, thrown when it is met: what concerns
 * where types lie, when an object is parsed, or when the pass over raw BTF comes there; what concerns a single type, when
 * that is asked for. A type of a kind that is not known is
 * no error but a {@link io.ebpf4j.btf.BtfType.Unknown}, if the file tells its size.
 *
 * <h2>Grammar</h2>
 * A file is a header, types, texts and since Linux 7.1 a table of the sizes of all kinds. The numbers are in the byte
 * order of the machine it describes, told by the magic. Types have no ids of their own, they count from 1; names are
 * offsets among the texts, 0 for none.
 *
 * <pre>
 * Btf       = Header Type* Layout* Texts
 * Header    = magic version flags hdr_len type_off type_len str_off str_len [layout_off layout_len]
 * Type      = name_off info (size | type) Rest       // info: vlen, kind, kind_flag
 * Layout    = info_sz elem_sz flags                  // the bytes of Rest: info_sz + vlen * elem_sz
 * Texts     = NUL (text NUL)*
 *
 * BtfType   = Void                                                     // id 0, in no file
 *           | Int(name size encoding bits bitOffset)
 *           | FloatingPoint(name size)
 *           | Ptr(type)
 *           | Array(element index count)
 *           | Composite | Enumeration | Alias
 *           | Fwd(name isUnion)                                        // struct x;
 *           | Func(name type:FuncProto linkage)
 *           | FuncProto(returnType Param(name type)*)
 *           | Var(name type linkage)
 *           | DataSec(name size VarInfo(type:Var offset size)*)        // SEC(".maps")
 *           | DeclTag(name type component)                             // btf_decl_tag(name)
 *           | Unknown(kind bytes)
 * Composite = Struct(name size Member*) | Union(name size Member*)
 * Member    = (name type bitOffset bitfieldSize)
 * Enumeration = Enum(name size signed Constant*) | Enum64(name size signed Constant*)
 * Constant  = (name value)
 * Alias     = Typedef(name type) | Volatile(type) | Const(type) | Restrict(type) | TypeTag(name type)
 * </pre>
 *
 * The C structs of the file, from the kernel's {@code include/uapi/linux/btf.h}:
 * {@snippet lang = c :
 * struct btf_header {
 *     __u16 magic;             // 0xeb9f
 *     __u8 version;            // 1
 *     __u8 flags;
 *     __u32 hdr_len;           // all offsets count from the end of the header
 *     __u32 type_off;
 *     __u32 type_len;
 *     __u32 str_off;
 *     __u32 str_len;
 *     __u32 layout_off;        // Linux 7.1, told by hdr_len
 *     __u32 layout_len;
 * };
 * struct btf_layout {          // Linux 7.1, by number of kind
 *     __u8 info_sz;
 *     __u8 elem_sz;
 *     __u16 flags;
 * };
 * struct btf_type {
 *     __u32 name_off;
 *     __u32 info;              // bits 0-23 vlen, 24-30 kind, 31 kind_flag; before Linux 7.1 0-15, 24-28, 31
 *     union {
 *         __u32 size;          // INT, ENUM, STRUCT, UNION, DATASEC, ENUM64, FLOAT
 *         __u32 type;          // PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO, VAR, DECL_TAG, TYPE_TAG
 *     };
 * };
 * struct btf_array { __u32 type; __u32 index_type; __u32 nelems; };
 * struct btf_member { __u32 name_off; __u32 type; __u32 offset; };      // vlen times
 * struct btf_enum { __u32 name_off; __s32 val; };                       // vlen times
 * struct btf_enum64 { __u32 name_off; __u32 val_lo32; __u32 val_hi32; };// vlen times
 * struct btf_param { __u32 name_off; __u32 type; };                     // vlen times
 * struct btf_var { __u32 linkage; };
 * struct btf_var_secinfo { __u32 type; __u32 offset; __u32 size; };     // vlen times
 * struct btf_decl_tag { __s32 component_idx; };
 * }
 *
 * <p>No argument of this package may be null, and no result is.
 *
 * @see <a href="https://docs.kernel.org/bpf/btf.html">BPF Type Format</a>
 */
package io.ebpf4j.btf;
