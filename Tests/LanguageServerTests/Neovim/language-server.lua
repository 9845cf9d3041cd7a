-- What Neovim's own client makes of `ftai lsp`. FTAI is the program, FTAI_FILE the document; ends with 0 when all holds.

local program, file = vim.env.FTAI, vim.env.FTAI_FILE
local buffer, client

local function check(what, holds, got)
  if not holds then
    io.stderr:write("failed: " .. what .. ": " .. vim.inspect(got) .. "\n")
    vim.cmd("cquit 1")
  end
  io.stdout:write(what .. "\n")
end

-- The answer to a request about a place; lines and columns are counted from 0.
local function ask(method, line, column, more)
  local question = {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    position = { line = line, character = column },
  }
  local answers, problem = vim.lsp.buf_request_sync(buffer, method, vim.tbl_extend("force", question, more or {}), 20000)
  check(method .. " is answered", answers and answers[client], problem)
  return answers[client].result
end

local function line(number)
  return vim.api.nvim_buf_get_lines(buffer, number, number + 1, false)[1]
end

vim.cmd("edit " .. vim.fn.fnameescape(file))
buffer = vim.api.nvim_get_current_buf()
client = vim.lsp.start_client({ cmd = { program, "lsp" }, name = "ftai", root_dir = vim.fn.fnamemodify(file, ":h") })
check("the server starts", client, client)
vim.lsp.buf_attach_client(buffer, client)

-- The document names `rte` where it means `rate`, behind a character of two UTF-16 units.
local function problems() return vim.diagnostic.get(buffer) end
vim.wait(20000, function() return #problems() == 1 end)
local problem = problems()[1]
check("a problem is shown", problem and problem.code == "FTAI0201" and problem.lnum == 7, problems())
check("its columns are those of the word", line(7):sub(problem.col + 1, problem.end_col) == "rte", problem)

-- Typing mends it.
vim.api.nvim_buf_set_text(buffer, 7, problem.col, 7, problem.end_col, { "rate" })
vim.wait(20000, function() return #problems() == 0 end)
check("the problem goes when it is mended", #problems() == 0, problems())

local hover = ask("textDocument/hover", 6, 9)
check("hovering shows the type", hover.contents.value:find("let rate: float", 1, true), hover)

local place = ask("textDocument/definition", 8, 18)
check("a definition is found", place and place.range.start.line == 6 and place.range.start.character == 8, place)

vim.api.nvim_buf_set_lines(buffer, 8, 8, false, { "    say \"{ra" })
local list = ask("textDocument/completion", 8, 12)
local items = vim.lsp.util.text_document_completion_list_to_complete_items(list, "ra")
check("names are offered", items[1] and items[1].word == "rate" and items[1].menu == "float", items)
vim.api.nvim_buf_set_lines(buffer, 8, 9, false, {})

vim.api.nvim_buf_set_lines(buffer, 6, 7, false, { " let rate = 0.15" })
vim.lsp.buf.formatting_sync({}, 20000)
check("the document is laid out", line(6) == "    let rate = 0.15", line(6))

vim.api.nvim_win_set_cursor(0, { 7, 8 })
vim.lsp.buf.rename("share")
vim.wait(20000, function() return line(6):find("share", 1, true) ~= nil end)
check("a name is changed everywhere", line(7):find("share", 1, true) and line(8):find("share", 1, true), line(8))

local symbols = ask("textDocument/documentSymbol", 0, 0)
check("the outline has the task", symbols[1].name == "tip" and #symbols[1].children == 3, symbols)

vim.api.nvim_buf_set_lines(buffer, 0, 1, false, { "@ftai" })
vim.wait(20000, function() return #problems() > 0 end)
local range = { start = { line = 0, character = 0 }, ["end"] = { line = 0, character = 5 } }
local actions = ask("textDocument/codeAction", 0, 0, { range = range, context = { diagnostics = {} } })
vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
check("a fix mends the header", line(0) == "@ftai v2.0", actions)

vim.lsp.stop_client(client)
vim.wait(20000, function() return vim.lsp.client_is_stopped(client) end)
check("the server leaves when it is asked to", vim.lsp.client_is_stopped(client), client)
vim.cmd("qall!")
