// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// A small ERC-20 with what issuers of stablecoins need: minting, burning, freezing, pausing, an owner.
contract TestCoin {
    string public constant name = "Test Coin";
    string public constant symbol = "TEST";
    uint8 public immutable decimals;
    uint256 public totalSupply;
    address public owner;
    bool public paused;
    mapping(address => uint256) public balanceOf;
    mapping(address => bool) public frozen;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Blacklisted(address indexed account);
    event RemovedBlackList(address account); // not indexed, as in the oldest contracts
    event Paused(address account);
    event Unpaused(address account);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);
    event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender);
    event HolderBarred(uint256 reason, address indexed holder); // a name of its own

    modifier onlyOwner() {
        require(msg.sender == owner, "not the owner");
        _;
    }

    constructor(uint8 decimals_, uint256 initial) {
        decimals = decimals_;
        owner = msg.sender;
        totalSupply = initial; // without any event, as some contracts do
        balanceOf[msg.sender] = initial;
    }

    function mint(address to, uint256 value) external onlyOwner {
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function burn(uint256 value) external {
        balanceOf[msg.sender] -= value;
        totalSupply -= value;
        emit Transfer(msg.sender, address(0), value);
    }

    /// Coins that appear without an event: what no honest contract does.
    function conjure(address to, uint256 value) external onlyOwner {
        totalSupply += value;
        balanceOf[to] += value;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        require(!paused && !frozen[msg.sender] && !frozen[to], "not allowed");
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
        return true;
    }

    function freeze(address account) external onlyOwner {
        frozen[account] = true;
        emit Blacklisted(account);
    }

    function unfreeze(address account) external onlyOwner {
        frozen[account] = false;
        emit RemovedBlackList(account);
    }

    function bar(address account) external onlyOwner {
        frozen[account] = true;
        emit HolderBarred(7, account);
    }

    function pause() external onlyOwner {
        paused = true;
        emit Paused(msg.sender);
    }

    function unpause() external onlyOwner {
        paused = false;
        emit Unpaused(msg.sender);
    }

    function grantRole(bytes32 role, address account) external onlyOwner {
        emit RoleGranted(role, account, msg.sender);
    }

    function transferOwnership(address to) external onlyOwner {
        emit OwnershipTransferred(owner, to);
        owner = to;
    }
}
