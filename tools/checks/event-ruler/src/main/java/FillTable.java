import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.nio.file.Files;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/** Writes Event Ruler's verdicts into a table of patterns and events; whatever verdicts it holds are replaced. */
public final class FillTable {
    public static void main(String[] arguments) throws Exception {
        File table = new File(arguments[0]);
        ObjectMapper mapper = new ObjectMapper();
        JsonNode root = mapper.readTree(table);
        for (JsonNode entry : root.get("patterns")) {
            String pattern = entry.get("pattern").asText();
            Machine machine = compile(pattern);
            ((ObjectNode) entry).put("valid", machine != null);
            for (JsonNode event : entry.get("events")) {
                String json = event.get("event").asText();
                ((ObjectNode) event).put("matches", machine != null && !machine.rulesForJSONEvent(json).isEmpty());
            }
        }
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        Files.writeString(table.toPath(), mapper.writer(printer).writeValueAsString(root) + "\n");
    }

    /** Null for a pattern that is refused, or on which the compiler breaks (an empty list inside anything-but). */
    private static Machine compile(String pattern) {
        try {
            if (JsonRuleCompiler.check(pattern) != null) {
                return null;
            }
            Machine machine = new Machine();
            machine.addRule("rule", pattern);
            return machine;
        } catch (Exception broken) {
            return null;
        }
    }
}
