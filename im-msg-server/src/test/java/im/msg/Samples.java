package im.msg;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;

/** Messages in which every field is set. */
final class Samples {
    private Samples() {}

    /** Each number is different, and each repeated field has one element. */
    static <M extends Message> M of(Class<M> type) {
        return type.cast(fill(Internal.getDefaultInstance(type).newBuilderForType()));
    }

    private static Message fill(Message.Builder message) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            Object value = value(message, field);
            if (field.isRepeated()) {
                message.addRepeatedField(field, value);
            } else {
                message.setField(field, value);
            }
        }
        return message.build();
    }

    private static Object value(Message.Builder message, FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT -> 100 + field.getNumber();
            case LONG -> 100L + field.getNumber();
            case BOOLEAN -> true;
            case STRING -> field.getName();
            case BYTE_STRING -> ByteString.copyFromUtf8(field.getName());
            case ENUM -> field.getEnumType().getValues().get(0);
            case MESSAGE -> fill(message.newBuilderForField(field));
            case FLOAT, DOUBLE -> throw new AssertionError("the protocol has no such fields");
        };
    }

    /** With other values in some fields; a null clears one. */
    @SuppressWarnings("unchecked")
    static <M extends Message> M with(M message, Object... namesAndValues) {
        Message.Builder changed = message.toBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            FieldDescriptor field = changed.getDescriptorForType().findFieldByName((String) namesAndValues[i]);
            if (field == null) {
                continue;
            }
            if (namesAndValues[i + 1] == null) {
                changed.clearField(field);
            } else {
                changed.setField(field, namesAndValues[i + 1]);
            }
        }
        return (M) changed.build();
    }
}
