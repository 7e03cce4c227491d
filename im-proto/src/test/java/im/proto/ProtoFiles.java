package im.proto;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import im.proto.base.BaseDefineProto;
import im.proto.buddy.BuddyProto;
import im.proto.file.FileProto;
import im.proto.group.GroupProto;
import im.proto.login.LoginProto;
import im.proto.message.MessageProto;
import im.proto.other.OtherProto;
import im.proto.server.ServerProto;
import im.proto.switchservice.SwitchServiceProto;
import java.util.List;

/** What the .proto files declare, in the order of the tables. */
final class ProtoFiles {

    /** From this tag on a field is ours, not the protocol's. */
    static final int FIRST_TAG_OF_OURS = 30;

    static final List<FileDescriptor> ALL = List.of(
            BaseDefineProto.getDescriptor(),
            BuddyProto.getDescriptor(),
            FileProto.getDescriptor(),
            GroupProto.getDescriptor(),
            LoginProto.getDescriptor(),
            MessageProto.getDescriptor(),
            OtherProto.getDescriptor(),
            ServerProto.getDescriptor(),
            SwitchServiceProto.getDescriptor());

    private ProtoFiles() {}

    static List<Descriptor> messages() {
        return ALL.stream().flatMap(file -> file.getMessageTypes().stream()).toList();
    }
}
