-- The same as bill.ftai, line by line, for luac.
local function with_tip(price, rate)
  return price + price * rate / 100.0
end
local function share(total, people)
  return total / people
end
local function is_fair(total, people)
  local most = 20.0
  return share(total, people) < most
end
local function money(amount)
  return string.format("%.2f", amount) .. " dollars"
end
local function main(people)
  local rates = {10.0, 15.0, 18.0, 20.0}
  local prices = {12.5, 8.0, 23.9, 4.2, 16.75, 9.3, 31.0}
  local best = 0.0
  local bestRate = 0.0
  for _, rate in ipairs(rates) do
    local total = 0.0
    for _, price in ipairs(prices) do
      total = total + with_tip(price, rate)
    end
    if is_fair(total, people) and total > best then
      best = total
      bestRate = rate
    end
  end
  if best == 0.0 then
    print("That is too much for " .. people .. " people.")
    return
  end
  local each = share(best, people)
  print("With " .. bestRate .. " percent it is " .. money(best) .. ".")
  if people == 1 then
    print("You pay all of it.")
  elseif people == 2 then
    print("Each of you two pays " .. money(each) .. ".")
  else
    print("Each of the " .. people .. " of you pays " .. money(each) .. ".")
  end
  local paid = 0.0
  local turn = 0
  for person = 1, people do
    local due = share(best, people)
    paid = paid + due
    if person % 3 == 0 then
      turn = turn + 1
    end
  end
  local rest = best - paid
  if rest > 0.01 or rest < -0.01 then
    print(money(rest) .. " is left.")
  else
    print("Nothing is left after " .. turn .. " rounds.")
  end
  local words = {}
  for _, price in ipairs(prices) do
    if price > 10.0 then
      words[#words + 1] = money(price)
    end
  end
  print("Dear were " .. table.concat(words, " and ") .. ".")
end
main(7)
