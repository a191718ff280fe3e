/**
 * From bytes to values, as BTF describes them.
 *
 * <p>A {@link io.ebpf4j.decode.Shape} is the compiled form of a C type:
 *
 * <pre>
 *   Shape  = Scalar(FieldDecoder)             one value: a number, an address, a text, an enum ...
 *          | Struct(Field(name, offset, Shape)*)
 *          | Sequence(Shape, count)           an array of anything but characters
 * </pre>
 *
 * <p>Which decoder a scalar gets is settled once, when the shape is compiled: a typedef or struct name that a
 * {@link io.ebpf4j.decode.FieldDecoderFactory} claims, found anywhere along the typedef chain, wins over the plain C
 * type. An application adds or replaces factories through {@link java.util.ServiceLoader}.
 */
package io.ebpf4j.decode;
