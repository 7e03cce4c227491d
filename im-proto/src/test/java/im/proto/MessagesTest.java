package im.proto;

import static im.proto.ProtoFiles.FIRST_TAG_OF_OURS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import im.proto.file.IMFilePullDataRsp;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessagesTest {

    @Test
    void messagesAndTheirFieldsAreThoseOfTheTable() {
        List<String> declared =
                ProtoFiles.messages().stream().flatMap(MessagesTest::rowsOf).toList();

        assertThat(declared).containsExactlyElementsOf(ProtocolTable.rows("messages.tsv"));
    }

    @Test
    void messagesAreNotNested() {
        assertThat(ProtoFiles.messages()).allSatisfy(message -> {
            assertThat(message.getNestedTypes()).isEmpty();
            assertThat(message.getEnumTypes()).isEmpty();
        });
    }

    @Test
    void fieldsOfOursAreTheseAndCanBeMissing() {
        List<FieldDescriptor> ours =
                fields().filter(field -> field.getNumber() >= FIRST_TAG_OF_OURS).toList();

        assertThat(ours).noneMatch(FieldDescriptor::isRequired);
        assertThat(ours)
                .extracting(field -> field.getFullName() + " = " + field.getNumber())
                .containsExactlyInAnyOrder(
                        "IM.BaseDefine.OfflineFileInfo.ip_addr_list = 30",
                        "IM.BaseDefine.OfflineFileInfo.file_server_id = 31",
                        "IM.BaseDefine.OfflineFileInfo.file_size_64 = 32",
                        "IM.BaseDefine.OfflineFileInfo.expires_at = 33",
                        "IM.BaseDefine.OfflineFileInfo.token = 34",
                        "IM.BaseDefine.OfflineFileInfo.sha256 = 35",
                        "IM.BaseDefine.OfflineFileInfo.group_id = 36",
                        "IM.Buddy.IMUsersStatRsp.client_list = 30",
                        "IM.File.IMFileLoginReq.token = 30",
                        "IM.File.IMFileLoginReq.capabilities = 31",
                        "IM.File.IMFileLoginRsp.result_string = 30",
                        "IM.File.IMFileLoginRsp.sha256 = 31",
                        "IM.File.IMFileState.result_string = 30",
                        "IM.File.IMFileState.capabilities = 31",
                        "IM.File.IMFilePullDataReq.offset_64 = 30",
                        "IM.File.IMFilePullDataRsp.offset_64 = 30",
                        "IM.File.IMFilePullDataRsp.sha256 = 31",
                        "IM.File.IMFileReq.file_size_64 = 30",
                        "IM.File.IMFileReq.sha256 = 31",
                        "IM.File.IMFileReq.online_only = 32",
                        "IM.File.IMFileReq.group_id = 33",
                        "IM.File.IMFileRsp.result_string = 30",
                        "IM.File.IMFileRsp.token = 31",
                        "IM.File.IMFileRsp.expires_at = 32",
                        "IM.File.IMFileNotify.file_size_64 = 30",
                        "IM.File.IMFileNotify.token = 31",
                        "IM.File.IMFileNotify.expires_at = 32",
                        "IM.File.IMFileNotify.sha256 = 33",
                        "IM.File.IMFileNotify.group_id = 34",
                        "IM.File.IMFileHasOfflineReq.task_id_list = 30",
                        "IM.File.IMFileHasOfflineRsp.gone_task_id_list = 30",
                        "IM.File.IMFileHasOfflineRsp.unknown_task_id_list = 31",
                        "IM.File.IMFileHasOfflineRsp.result_code = 32",
                        "IM.File.IMFileHasOfflineRsp.waiting_task_id_list = 33",
                        "IM.File.IMFileAddOfflineReq.attach_data = 30",
                        "IM.File.IMFileAddOfflineReq.file_server_id = 31",
                        "IM.File.IMFileAddOfflineReq.result_code = 32",
                        "IM.File.IMFileAddOfflineReq.file_size_64 = 33",
                        "IM.File.IMFileAddOfflineReq.expires_at = 34",
                        "IM.File.IMFileAddOfflineReq.sha256 = 35",
                        "IM.File.IMFileAddOfflineReq.group_id = 36",
                        "IM.File.IMFileDelOfflineReq.attach_data = 30",
                        "IM.File.IMFileDelOfflineReq.result_code = 31",
                        "IM.Group.IMGroupCreateReq.client_group_id = 30",
                        "IM.Login.IMLoginReq.capabilities = 30",
                        "IM.Login.IMLoginRes.capabilities = 30",
                        "IM.Message.IMMsgData.client_msg_id = 30",
                        "IM.Message.IMMsgData.result_code = 31",
                        "IM.Message.IMMsgData.member_id_list = 32",
                        "IM.Server.IMFileTransferReq.file_size_64 = 30",
                        "IM.Server.IMFileTransferReq.sha256 = 31",
                        "IM.Server.IMFileTransferReq.group_id = 32",
                        "IM.Server.IMFileTransferRsp.result_string = 30",
                        "IM.Server.IMFileTransferRsp.expires_at = 31",
                        "IM.Server.IMFileServerIPReq.capabilities = 30",
                        "IM.Server.IMFileServerIPRsp.server_id = 30",
                        "IM.Server.IMFileServerIPRsp.token_key = 31",
                        "IM.Server.IMFileServerIPRsp.capabilities = 32",
                        "IM.Server.IMOnlineUserInfo.first_part = 30",
                        "IM.Server.IMOnlineUserInfo.last_part = 31",
                        "IM.Server.IMRoleSet.tell_everything = 30");
    }

    /** Peers of the family write repeated numbers one by one, and some cannot read them packed. */
    @Test
    void repeatedFieldsAreNotPacked() {
        assertThat(fields()).noneMatch(FieldDescriptor::isPacked);
    }

    /** A block is sent as header, prefix, slice: of the protocol's own fields its bytes come last. */
    @Test
    void theBlockIsTheLastOfTheProtocolsFieldsOfItsMessage() {
        FieldDescriptor last = IMFilePullDataRsp.getDescriptor().getFields().stream()
                .filter(field -> field.getNumber() < FIRST_TAG_OF_OURS)
                .max(Comparator.comparingInt(FieldDescriptor::getNumber))
                .orElseThrow();

        assertThat(last.getName()).isEqualTo("file_data");
        assertThat(last.getNumber()).isEqualTo(IMFilePullDataRsp.FILE_DATA_FIELD_NUMBER);
    }

    private static Stream<FieldDescriptor> fields() {
        return ProtoFiles.messages().stream().flatMap(message -> message.getFields().stream());
    }

    private static Stream<String> rowsOf(Descriptor message) {
        String name = message.getFile().getPackage() + "\t" + message.getName();
        List<String> fields = message.getFields().stream()
                .filter(field -> field.getNumber() < FIRST_TAG_OF_OURS)
                .map(field -> name + "\t" + columnsOf(field))
                .toList();
        return fields.isEmpty() ? Stream.of(name + "\t-\t-\t-\t(no fields)\t") : fields.stream();
    }

    private static String columnsOf(FieldDescriptor field) {
        String standard = field.hasDefaultValue() ? field.getDefaultValue().toString() : "";
        return String.join(
                "\t", Integer.toString(field.getNumber()), labelOf(field), typeOf(field), field.getName(), standard);
    }

    private static String labelOf(FieldDescriptor field) {
        if (field.isRepeated()) {
            return "repeated";
        }
        return field.isRequired() ? "required" : "optional";
    }

    private static String typeOf(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getFullName();
            case ENUM -> field.getEnumType().getFullName();
            default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    }
}
